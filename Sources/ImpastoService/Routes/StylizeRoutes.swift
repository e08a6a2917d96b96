import Foundation
import HTTPTypes
import Hummingbird
import ImpastoSessions

/// Pictures that are painted at once.
struct StylizeRoutes: Sendable {
  let painter: Painter
  let folder: DataFolder

  var routes: [Route] {
    [
      .post("/api/v1/stylize") { request, context in
        let slot = try slot(of: request)
        if request.headers[.contentType]?.hasPrefix("image/") == true {
          let settings = try StylizeSettings(query: request)
          let upload = try await Upload(
            .photo, request, to: folder.temporaryFile())
          defer { upload.remove() }
          return answer(
            try await context.whileWaitedFor {
              try await painter.picture(settings, of: upload.path, slot: slot)
            })
        }
        let settings = try await JSONBody.decode(StylizeSettings.self, from: request)
        return answer(
          try await context.whileWaitedFor { try await painter.picture(settings, slot: slot) })
      }
    ]
  }

  private func slot(of request: Request) throws(ServiceError) -> String? {
    guard let slot = request.field("X-Impasto-Slot") else {
      return nil
    }
    guard slot.utf8.count <= 64, !slot.isEmpty else {
      throw .malformed("X-Impasto-Slot: expected 1 to 64 characters")
    }
    return slot
  }

  private func answer(_ picture: Painter.Picture) -> Response {
    .bytes(
      picture.bytes, type: picture.format.mediaType, headers: [.cacheControl: "no-store"])
  }
}

extension StylizeSettings {
  /// Reads the settings of a request whose body is the photo.
  ///
  /// - Throws: ``ServiceError/badSetting(_:reason:)``.
  fileprivate init(query request: Request) throws(ServiceError) {
    func number<Number: LosslessStringConvertible>(
      _ name: String, _: Number.Type, _ expected: String = "a number"
    ) throws(ServiceError) -> Number? {
      guard let text = request.query(name) else { return nil }
      guard let number = Number(text) else {
        throw .badSetting(name, reason: "expected \(expected), and not “\(text)”")
      }
      return number
    }
    guard let style = request.query("style") else {
      throw .badSetting("style", reason: "missing; write ?style=NAME or NAME:WEIGHT,NAME:WEIGHT")
    }
    var format: ResultFormat?
    if let name = request.query("format") {
      format = ResultFormat(rawValue: name)
      if format == nil {
        throw .badSetting("format", reason: "expected jpeg, png or webp, and not “\(name)”")
      }
    }
    self.init(
      styles: StyleWeights(style), model: request.query("model"),
      strength: try number("strength", Float.self),
      strokeSize: try number("strokeSize", Double.self),
      keepColors: try number("keepColors", Bool.self, "true or false"),
      size: try number("size", Int.self, "a whole number"), format: format,
      quality: try number("quality", Int.self, "a whole number"))
  }
}
