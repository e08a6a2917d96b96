import Foundation

/// Paths as strings that lose no byte.
///
/// Linux takes any bytes as the name of a file, and a Swift string holds none that are not UTF-8. A
/// byte of a path that is not part of a character, or that a terminal would obey, stands in the
/// string as the private-use character U+10FF00 plus that byte. Files are opened, listed and made
/// by the bytes again.
extension String {
  /// The first of the 256 characters that stand for single bytes.
  private static let firstByteCharacter: UInt32 = 0x10_FF00

  /// The path that consists of `bytes`.
  package init(pathBytes bytes: [UInt8]) {
    var scalars = UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    var remaining = bytes.makeIterator()
    var position = 0
    loop: while true {
      var length = 1
      switch parser.parseScalar(from: &remaining) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        length = encoded.count
        if Self.isText(scalar) {
          scalars.append(scalar)
        } else {
          scalars.append(contentsOf: bytes[position..<position + length].map(Self.character))
        }
      case .error(let invalid):
        length = invalid
        scalars.append(contentsOf: bytes[position..<position + length].map(Self.character))
      case .emptyInput:
        break loop
      }
      position += length
    }
    self.init(scalars)
  }

  /// The path at a C string, as the system gives it.
  package init(path: UnsafePointer<CChar>) {
    self.init(pathBytes: Array(UnsafeRawBufferPointer(start: path, count: strlen(path))))
  }

  /// The bytes of this path.
  package var pathBytes: [UInt8] {
    unicodeScalars.flatMap { scalar in
      Self.byte(of: scalar).map { [$0] } ?? Array(String(scalar).utf8)
    }
  }

  /// A hash of the bytes, which differs for paths that only look the same.
  package var pathHash: Int {
    var hasher = Hasher()
    for byte in utf8 { hasher.combine(byte) }
    return hasher.finalize()
  }

  /// This path as text to be read: bytes that are no text as `\xE9`.
  package var readablePath: String {
    guard unicodeScalars.contains(where: { Self.byte(of: $0) != nil }) else { return self }
    return unicodeScalars.map { scalar in
      Self.byte(of: scalar).map { String(format: "\\x%02X", $0) } ?? String(scalar)
    }.joined()
  }

  /// Calls `body` with this path as the system takes it.
  package func withSystemPath<Result>(
    _ body: (UnsafePointer<CChar>) throws -> Result
  ) rethrows -> Result {
    try (pathBytes + [0]).withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { preconditionFailure("a path without an end") }
      return try body(start.assumingMemoryBound(to: CChar.self))
    }
  }

  /// Returns whether a character of a path stands for itself.
  private static func isText(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x20 && scalar.value != 0x7F && scalar.value < firstByteCharacter
  }

  private static func character(_ byte: UInt8) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(firstByteCharacter + UInt32(byte)) else {
      preconditionFailure("byte \(byte) has no character")
    }
    return scalar
  }

  /// The byte that a character stands for, if it does.
  private static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    scalar.value >= firstByteCharacter ? UInt8(scalar.value - firstByteCharacter) : nil
  }
}
