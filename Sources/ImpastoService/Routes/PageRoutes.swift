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
      .get("/api/v1/samples") { _, _ in .json(["samples": samples]) },
      .get("/api/v1/samples/{name}") { request, context in
        try file("samples/\(context.parameters.require("name"))", for: request)
      },
      .get("/") { request, _ in try file("index.html", for: request) },
      .get("/studio/**") { request, context in
        try file(context.parameters.getCatchAll().joined(separator: "/"), for: request)
      },
    ]
  }

  /// A photo that comes with the page.
  private struct Sample: Encodable {
    let name, title, url: String

    init(_ file: String) {
      name = file
      let words = (file as NSString).deletingPathExtension.replacing("-", with: " ")
      title = words.prefix(1).uppercased() + words.dropFirst()
      url = "/api/v1/samples/\(file)"
    }
  }

  private var samples: [Sample] {
    ((try? Directory.names(in: folder.appendingPath("samples"))) ?? [])
      .filter { $0.hasSuffix(".jpg") }.map(Sample.init)
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
    var response = Response.cached(bytes, type: type, for: request)
    response.headers[.contentSecurityPolicy] = SecurityHeaders.page
    return response
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
