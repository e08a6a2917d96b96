/// A fault of a zip archive.
///
/// Members are called by their names.
public enum ZipFault: Error, Equatable, Sendable {
  /// No directory of members is at the end of the file.
  case noDirectory
  /// The directory lies, or claims to lie, outside the file, or breaks off.
  case invalidDirectory
  /// The archive continues in other files.
  case severalVolumes
  /// The directory lists a member twice.
  case duplicateMember(String)
  /// The archive has no such member.
  case missingMember(String)
  /// A member is encrypted.
  case encryptedMember(String)
  /// A member is compressed in a way that is not read.
  case unknownCompression(method: Int, member: String)
  /// A member's bytes lie outside the file, or are not where the directory says.
  case misplacedMember(String)
  /// The members together are larger than is read.
  case tooLarge(limit: UInt64)
  /// A member claims to have more bytes, `byteCount`, than its compressed bytes can contain.
  case memberTooLarge(String, byteCount: UInt64)
  /// A member's compressed bytes are no deflate stream of the size listed.
  case invalidCompression(String)
  /// A member's bytes have another CRC-32 than the directory says.
  case wrongChecksum(expected: UInt32, found: UInt32, member: String)
}

extension ZipFault: CustomStringConvertible {
  /// The fault, expected and found, and the remedy.
  public var description: String {
    switch self {
    case .noDirectory: "no zip directory at the end of the file; \(damaged)"
    case .invalidDirectory: "the zip directory does not fit the file; \(damaged)"
    case .severalVolumes: "a zip archive in several files; join it into one"
    case .duplicateMember(let member):
      "the zip directory lists '\(member)' twice; make the archive again"
    case .missingMember(let member):
      "the zip archive has no member '\(member)'; check that it is the right file"
    case .encryptedMember(let member):
      "member '\(member)' of the zip archive is encrypted; unpack it first"
    case .unknownCompression(let method, let member):
      "member '\(member)' of the zip archive is compressed by method \(method), where 0 (stored)"
        + " or 8 (deflated) is expected; pack it again"
    case .misplacedMember(let member):
      "member '\(member)' of the zip archive is not where its directory says; \(damaged)"
    case .tooLarge(let limit):
      "the zip archive unpacks to more than \(limit) bytes, which is more than are read; unpack it"
        + " first"
    case .memberTooLarge(let member, let byteCount):
      "member '\(member)' of the zip archive claims \(byteCount) bytes, more than it can have;"
        + " \(damaged)"
    case .invalidCompression(let member):
      "member '\(member)' of the zip archive does not unpack; \(damaged)"
    case .wrongChecksum(let expected, let found, let member):
      "member '\(member)' of the zip archive has checksum \(hexadecimal(found)), where"
        + " \(hexadecimal(expected)) is expected; \(damaged)"
    }
  }

  private func hexadecimal(_ value: UInt32) -> String { String(value, radix: 16) }
}
