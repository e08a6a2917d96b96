import Foundation
package import ImpastoFiles

/// A line of a manifest: a photo and what has become of it.
///
/// Paths are those that were given; that of the result is relative to the folder of the manifest.
package struct PaintedPhoto: Codable, Equatable, Sendable {
  /// The file of the photo.
  package let input: String
  /// Its size in bytes; nil where there is no such file.
  package let inputBytes: Int?
  /// The time of its last change, in nanoseconds since 1970.
  package let inputChanged: Int?
  /// The file of the result.
  package let output: String
  /// The name of the settings, which a line before tells.
  package let settings: String
  /// The result; nil where there is none.
  package private(set) var result: Result?
  /// The reason why there is none.
  package private(set) var failure: String?
  /// The time at which the photo was done, as in `2026-11-28T10:00:00Z`.
  package private(set) var finished: String

  /// A line of this moment.
  init(
    input: String, _ status: FileStatus?, output: String, settings: String
  ) {
    (self.input, self.output, self.settings) = (input, output, settings)
    (inputBytes, inputChanged) = (status?.size, status?.changed)
    finished = Self.now
  }

  /// The line of the photo when it is painted.
  package func painted(_ result: Result) -> PaintedPhoto {
    var line = self
    (line.result, line.finished) = (result, Self.now)
    return line
  }

  /// The line of the photo when it has failed.
  package func failed(_ reason: String) -> PaintedPhoto {
    var line = self
    (line.failure, line.finished) = (reason, Self.now)
    return line
  }

  private static var now: String { Date.now.formatted(.iso8601) }

  private enum CodingKeys: String, CodingKey {
    case input, output, settings, result, failure, finished
    case inputBytes = "input_bytes"
    case inputChanged = "input_changed"
  }

  /// The file of a result.
  package struct Result: Codable, Equatable, Sendable {
    /// Its size.
    package let bytes: Int
    /// Its SHA-256, in hexadecimal digits.
    package let sha256: String
    /// The seconds that reading, painting and writing took.
    package let seconds: Double

    /// Describes the file at `path`, which was made in `seconds`.
    ///
    /// - Throws: `FileError` where it cannot be read.
    package init(contentsOf path: String, seconds: Double) throws(FileError) {
      let source = try ByteSource(path)
      var digest = SHA256Digest()
      var piece = [UInt8](repeating: 0, count: 1 << 20)
      while true {
        let count = try piece.withUnsafeMutableBufferPointer { room throws(FileError) in
          try source.read(into: room)
        }
        if count == 0 { break }
        digest.update(piece[..<count])
      }
      (bytes, sha256, self.seconds) = (source.count, digest.hexadecimal(), seconds)
    }
  }
}
