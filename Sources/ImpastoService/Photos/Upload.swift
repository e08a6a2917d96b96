import Foundation
import HTTPTypes
import Hummingbird
import ImpastoFiles
import ImpastoSessions
import NIOCore
import NIOPosix

/// A photo or film that came with a request, in a file of its own until it is kept or removed.
struct Upload: Sendable {
  /// The file.
  let path: String
  /// The media type that the client says it has.
  let type: String
  /// The name that it has for the client, without folders.
  let name: String

  /// Writes the body of a request to a file.
  ///
  /// - Throws: ``ServiceError``, or what reading the body throws; then nothing is left.
  init(
    _ kind: StoredPhoto.Kind, _ request: Request, to path: String
  ) async throws {
    let type = (request.headers[.contentType] ?? "none").prefix { $0 != ";" }.lowercased()
    guard kind.types.contains(type) else {
      throw ServiceError.unsupportedType(type, expected: kind.types.joined(separator: ", "))
    }
    self.path = path
    self.type = type
    name = Self.name(request) ?? kind.rawValue
    do {
      try await Self.write(request.limitedBody(limit: kind.sizeLimit), to: path)
      guard Folder.size(of: path) > 0 else {
        throw ServiceError.malformed("the body is empty; send a \(kind.rawValue) in it")
      }
    } catch {
      remove()
      if let error = error as? FileError { throw ServiceError(keeping: error) }
      throw error
    }
  }

  private static func write(_ body: LimitedBody, to path: String) async throws {
    let file = try AppendedFile(path, keeping: 0)
    for try await piece in body {
      let bytes = Array(buffer: piece)
      try await NIOThreadPool.singleton.runIfActive { try file.append(bytes) }
    }
  }

  /// Removes the file, if it is still there.
  func remove() { path.withSystemPath { _ = unlink($0) } }

  /// The name in the header `X-Impasto-Name`, percent-encoded.
  private static func name(_ request: Request) -> String? {
    let text = request.field("X-Impasto-Name") ?? ""
    let name = (text.removingPercentEncoding ?? "").split(separator: "/").last ?? ""
    let isPlain = name.unicodeScalars.allSatisfy { !$0.properties.isBidiControl && $0.value >= 32 }
    guard !name.isEmpty, isPlain, name.utf8.count <= 200, !name.hasPrefix(".") else { return nil }
    return String(name)
  }
}

extension StoredPhoto.Kind {
  /// The media types of files.
  fileprivate var types: [String] {
    switch self {
    case .photo:
      [
        "image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif",
        "image/tiff",
      ]
    case .film: ["video/mp4", "video/quicktime", "video/webm", "video/x-matroska"]
    }
  }

  /// The most bytes of a file.
  fileprivate var sizeLimit: Int {
    switch self {
    case .photo: 200_000_000
    case .film: 4_000_000_000
    }
  }
}
