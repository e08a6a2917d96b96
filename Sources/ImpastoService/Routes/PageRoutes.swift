import Foundation
import Hummingbird
import ImpastoFiles

/// The files of the page.
struct PageRoutes: Sendable {
  /// The folder that they are in.
  let folder: String

  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
    "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "woff2": "font/woff2",
    "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
  ]

  var routes: [Route] {
    [
      .get("/") { request, _ in try file("index.html", for: request) },
      .get("/studio/**") { request, context in
        try file(context.parameters.getCatchAll().joined(separator: "/"), for: request)
      },
    ]
  }

  /// The answer with the file at `place`, a path below the folder.
  private func file(_ place: String, for request: Request) throws -> Response {
    let parts = place.split(separator: "/", omittingEmptySubsequences: false)
    let ending = place.split(separator: ".").last.map(String.init) ?? ""
    let path = folder.appendingPath(place)
    guard parts.allSatisfy(Self.isName), let type = Self.types[ending],
      let bytes = try? FileContents.read(path, atMost: 1 << 24)
    else {
      throw HTTPError(.notFound)
    }
    return .cached(bytes, type: type, for: request)
  }

  /// Returns whether `part` can be the name of a file or folder of the page, and leads nowhere else.
  private static func isName(_ part: Substring) -> Bool {
    guard let first = part.first, first != "." else { return false }
    return part.unicodeScalars.allSatisfy {
      $0.isASCII
        && ($0.properties.isAlphabetic || $0.properties.numericType != nil
          || $0 == "." || $0 == "-" || $0 == "_")
    }
  }
}
