import Foundation
import HTTPTypes
import Hummingbird
import ImpastoFiles
import ImpastoSessions

/// A photo that came with a request, in a file of its own until it is kept or removed.
struct Upload: Sendable {
  /// The file.
  let path: String
  /// The media type that the client says it has.
  let type: String
  /// The name that it has for the client, without folders.
  let name: String

  /// Writes the body of a request to a file.
  ///
  /// - Throws: ``ServiceError``, or what writing throws; then nothing is left.
  init(_ request: Request, _ context: ServiceContext, to path: String) async throws {
    let type = (request.headers[.contentType] ?? "none").prefix { $0 != ";" }.lowercased()
    guard PhotoRoutes.types.contains(type) else {
      throw ServiceError.unsupportedType(
        type, expected: PhotoRoutes.types.joined(separator: ", "))
    }
    self.path = path
    self.type = type
    name = Self.name(request)
    do {
      try await FileIO().writeFile(
        contents: request.limitedBody(limit: PhotoRoutes.sizeLimit), path: path,
        context: context)
      guard Folder.size(of: path) > 0 else {
        throw ServiceError.malformed("the body is empty; send a photo in it")
      }
    } catch {
      remove()
      throw error
    }
  }

  /// Removes the file, if it is still there.
  func remove() { path.withSystemPath { _ = unlink($0) } }

  /// The name in the header `X-Impasto-Name`, percent-encoded.
  private static func name(_ request: Request) -> String {
    let text = HTTPField.Name("X-Impasto-Name").flatMap { request.headers[$0] } ?? ""
    let name = (text.removingPercentEncoding ?? "").split(separator: "/").last ?? ""
    let isPlain = name.unicodeScalars.allSatisfy { !$0.properties.isBidiControl && $0.value >= 32 }
    return name.isEmpty || !isPlain || name.utf8.count > 200 || name.hasPrefix(".")
      ? "photo" : String(name)
  }
}
