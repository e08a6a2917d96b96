import Foundation
import Hummingbird
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import NIOCore

/// The models and their styles.
struct StyleRoutes: Sendable {
  let models: ModelLibrary

  var routes: [Route] {
    [
      .get("/api/v1/models") { _, _ in .json(ModelList(models: try await shownModels())) },
      .get("/api/v1/styles") { request, _ in
        let model = try await model(request)
        return .json(StyleList(model: model.name, styles: shownStyles(of: model)))
      },
      .get("/api/v1/styles/{name}") { request, context in
        let model = try await model(request)
        let name = try context.parameters.require("name")
        try check(name, in: model)
        guard let style = shownStyles(of: model).first(where: { $0.name == name }) else {
          throw ServiceError.unknown(kind: "style", id: name)
        }
        return .json(style)
      },
      .get("/api/v1/styles/{name}/thumbnail") { request, context in
        try await thumbnail(request, try context.parameters.require("name"))
      },
    ]
  }

  private struct ModelList: Encodable {
    struct Model: Encodable {
      let name, file: String
      let styles, bytes: Int
      let isDefault: Bool
    }

    let models: [Model]
  }

  private struct StyleList: Encodable {
    let model: String
    let styles: [ShownStyle]
  }

  private func shownModels() async throws -> [ModelList.Model] {
    try await models.models().enumerated().map { index, model in
      ModelList.Model(
        name: model.name, file: model.path.pathParts.name.readablePath,
        styles: model.stylizer.model.styles.count, bytes: Folder.size(of: model.path),
        isDefault: index == 0)
    }
  }

  private func model(_ request: Request) async throws -> ModelLibrary.Model {
    try await models.model(request.query("model"))
  }

  private func shownStyles(of model: ModelLibrary.Model) -> [ShownStyle] {
    let styles = model.stylizer.model
    let own = styles.styles.map {
      ShownStyle($0, hasThumbnail: styles.thumbnails[$0.name] != nil)
    }
    return styles.bank.photoIndex == nil ? own : own + [.photo]
  }

  private func check(_ name: String, in model: ModelLibrary.Model) throws {
    do throws(StyleModelError) {
      _ = try model.stylizer.model.weights(of: StyleMixture(name))
    } catch {
      throw Problem(.notFound, error.description)
    }
  }

  private func thumbnail(_ request: Request, _ name: String) async throws -> Response {
    let model = try await model(request)
    try check(name, in: model)
    guard let picture = model.stylizer.model.thumbnails[name] else {
      throw ServiceError.noThumbnail(style: name)
    }
    return .cached(picture, type: "image/jpeg", for: request)
  }
}

/// A style as clients see it; what is not known of its painting is null.
struct ShownStyle: Encodable {
  let name: String
  let title, artist, year, license, source, thumbnail: String?
  let isAdded: Bool

  /// The row that returns the photo itself.
  static let photo = ShownStyle(
    StyleDescription(name: StyleBank.photoName, title: "The photo itself"), hasThumbnail: false)

  init(_ style: StyleDescription, hasThumbnail: Bool, isAdded: Bool = false) {
    func known(_ text: String) -> String? { text.isEmpty ? nil : text }
    name = style.name
    (title, artist) = (known(style.title), known(style.artist))
    (year, license) = (known(style.year), known(style.licence))
    source = known(style.source)
    thumbnail = hasThumbnail ? "/api/v1/styles/\(style.name)/thumbnail" : nil
    self.isAdded = isAdded
  }

  private enum Key: CodingKey {
    case name, title, artist, year, license, source, thumbnail, isAdded
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    for (key, text) in [
      (Key.title, title), (.artist, artist), (.year, year), (.license, license),
      (.source, source), (.thumbnail, thumbnail),
    ] {
      try container.encode(text, forKey: key)
    }
    try container.encode(isAdded, forKey: .isAdded)
  }
}
