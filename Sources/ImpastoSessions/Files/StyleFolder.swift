import Foundation
import ImpastoFiles
import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTraining

/// A folder of paintings to learn.
///
/// `styles.json` describes them, as `impasto styles --json` prints styles; the painting of the
/// style `great-wave` is `great-wave.jpg`, or a picture of another format, beside it. Without that
/// file every picture of the folder is a style named after it.
public struct StyleFolder {
  private struct Listing: Decodable {
    let styles: [StyleDescription]
  }

  /// The folder, as it was named.
  public let path: String
  /// The styles, in the order of the list or of their files' names.
  public let styles: [StyleDescription]
  /// The files of the folder that are no paintings.
  public let omissions: [Remark]
  private let paintings: [PaintingFile]

  /// Reads the folder at `path`.
  ///
  /// - Throws: ``SessionError``, or the `FileError` or `ImageError` of a file.
  public init(_ path: String) throws {
    guard Folder.exists(path) else { throw SessionError.noStylesFolder(path) }
    self.path = path
    let listing = path.appendingPath("styles.json")
    let listed = FileStatus.exists(listing) ? try Self.styles(listedIn: listing) : nil
    let folder = try Folder.pictures(in: path)
    paintings = folder.pictures.map { PaintingFile(folder.path(of: $0.name)) }
    var omissions = folder.omissions.filter { $0.path != listing }.map(Remark.init)
    if let listed {
      styles = listed
      let names = Set(listed.map(\.name))
      omissions += paintings.filter { !names.contains($0.styleName ?? "") }
        .map { Remark(input: $0.path, reason: "not in \(listing)") }
    } else {
      styles = paintings.compactMap(\.description)
      let nameless = paintings.filter { $0.styleName == nil }
      if styles.isEmpty { throw SessionError.namelessPainting(nameless[0].path) }
      omissions += nameless.map { Remark(input: $0.path, reason: "names no style; rename it") }
    }
    self.omissions = omissions
    try checkNames()
  }

  private func checkNames() throws(SessionError) {
    let names = styles.map(\.name)
    if let name = names.first(where: {
      !StyleDescription.isValidName($0) || $0 == StyleBank.photoName
    }) {
      throw .invalidStyleName(name, folder: path)
    }
    guard let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) else {
      return
    }
    let name = names[twice]
    let listing = path.appendingPath("styles.json")
    guard !FileStatus.exists(listing) else { throw .duplicateStyle(listing, name: name) }
    throw .equalPaintings(paintings.filter { $0.styleName == name }.map(\.path), name: name)
  }

  /// Tells the names of styles whose files have other names.
  package var remarks: [Remark] { paintings.compactMap(\.remark) }

  /// The styles called `names`, or all, with their paintings.
  ///
  /// - Parameter onWarning: Called with each warning about a painting.
  /// - Throws: ``SessionError``, or the `ImageError` of a painting.
  public func sources(
    named names: [String]? = nil, onWarning: (String) -> Void = { _ in }
  ) throws -> [StyleSource] {
    let known = styles.map(\.name)
    if names?.isEmpty == true {
      throw SessionError.noStyleNames(known: known)
    }
    if let unknown = names?.first(where: { !known.contains($0) }) {
      throw SessionError.unknownStyle(.unknownStyle(unknown, known: known))
    }
    let wanted = names.map(Set.init) ?? Set(known)
    return try styles.filter { wanted.contains($0.name) }.map { style in
      guard let painting = paintings.first(where: { $0.styleName == style.name }) else {
        throw SessionError.noPainting(style.name, folder: path)
      }
      return StyleSource(description: style, painting: try painting.read(onWarning: onWarning))
    }
  }

  /// The description in a `styles.json` beside a painting, else the one that its file's name gives.
  package static func description(of painting: PaintingFile) throws -> StyleDescription? {
    let listing = painting.path.pathParts.folder.appendingPath("styles.json")
    guard FileStatus.exists(listing) else { return painting.description }
    return try styles(listedIn: listing).first { $0.name == painting.styleName }
      ?? painting.description
  }

  private static func styles(listedIn path: String) throws -> [StyleDescription] {
    let data = try FileContents.read(path, atMost: 1 << 24)
    do {
      let styles = try JSONDecoder().decode(Listing.self, from: data).styles
      guard !styles.isEmpty else { throw SessionError.damagedListing(path, reason: "no style") }
      return styles
    } catch let error as DecodingError {
      throw SessionError.damagedListing(path, reason: error.fault(in: data))
    }
  }
}
