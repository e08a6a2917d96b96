public import Foundation

/// The members of a zip archive, stored or deflated, zip64 included.
///
/// Source: PKWARE's APPNOTE 6.3.10, sections 4.3 to 4.5.
public struct ZipReader: Sendable {
  private let bytes: Data
  private let name: String
  private let members: [String: ZipMember]

  /// The names of the members, sorted.
  public let memberNames: [String]

  /// Opens the archive at `path`.
  ///
  /// - Throws: ``ModelFileError/file(_:)`` or ``ModelFileError/zip(_:file:)``.
  public init(contentsOf path: String) throws(ModelFileError) {
    try self.init(try fileContents(path), name: path)
  }

  /// Opens an archive held in memory.
  ///
  /// - Parameters:
  ///   - bytes: The whole archive.
  ///   - name: The archive's name in errors.
  /// - Throws: ``ModelFileError/zip(_:file:)``.
  public init(_ bytes: Data, name: String) throws(ModelFileError) {
    do {
      members = try ZipDirectory.members(of: bytes)
      try Self.checkTotal(members.values)
    } catch {
      throw .zip(error, file: name)
    }
    memberNames = members.keys.sorted()
    self.bytes = bytes
    self.name = name
  }

  /// The most bytes that all members together may unpack to, besides what the file holds as it is.
  private static let limit: UInt64 = 1 << 30

  /// Checks that the deflated members are not too large in all: several may share the same bytes.
  private static func checkTotal(_ members: some Sequence<ZipMember>) throws(ZipFault) {
    var total: UInt64 = 0
    for member in members where member.method != 0 {
      let (sum, isTooLarge) = total.addingReportingOverflow(member.count)
      guard !isTooLarge, sum <= limit else { throw .tooLarge(limit: limit) }
      total = sum
    }
  }

  /// Returns whether the archive has a member of this name.
  public func contains(_ member: String) -> Bool { members[member] != nil }

  /// Unpacks a member and checks its checksum; a stored member shares the archive's bytes.
  ///
  /// - Throws: ``ModelFileError/zip(_:file:)``.
  public func contents(of member: String) throws(ModelFileError) -> Data {
    guard let entry = members[member] else { throw .zip(.missingMember(member), file: name) }
    do { return try entry.contents(in: bytes) } catch {
      throw .zip(error, file: name)
    }
  }
}
