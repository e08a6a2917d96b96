import Foundation
import Hummingbird
import ImpastoFiles
import ImpastoNetworks
import ImpastoSessions

/// The models and their styles.
struct StyleRoutes: Sendable {
  let models: ModelLibrary
  let paintings: Paintings
  /// The path for a file in the making.
  let temporaryFile: @Sendable () -> String

  var routes: [Route] {
    [
      .get("/api/v1/models") { _, _ in .json(ModelList(models: try await shownModels())) },
      .get("/api/v1/styles") { request, _ in
        let model = try await models.model(request.query("model"))
        return .json(StyleList(model: model.name, styles: shownStyles(of: model)))
      },
      .get("/api/v1/styles/{name}") { request, context in
        let (model, name) = try await style(request, context)
        return .json(shownStyles(of: model).first { $0.name == name })
      },
      .delete("/api/v1/styles/{name}") { request, context in
        let (model, name) = try await style(request, context)
        try await models.removeStyle(named: name, from: model.name)
        return Response(status: .noContent)
      },
      .get("/api/v1/styles/{name}/thumbnail") { request, context in
        let (model, name) = try await style(request, context)
        return .cached(
          try await paintings.thumbnail(of: name, in: model), type: "image/jpeg", for: request)
      },
      .get("/api/v1/styles/{name}/file") { request, context in
        let (model, name) = try await style(request, context)
        return .bytes(
          try exported(name, of: model), type: "application/octet-stream",
          headers: .attachment(name + StyleFile.nameSuffix))
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
        styles: model.styles.styles.count, bytes: Folder.size(of: model.path),
        isDefault: index == 0)
    }
  }

  private func shownStyles(of model: ModelLibrary.Model) -> [ShownStyle] {
    let own = model.styles.styles.map {
      ShownStyle(
        $0, hasThumbnail: model.styles.thumbnails[$0.name] != nil,
        isAdded: model.added.contains($0.name))
    }
    return model.styles.bank.photoIndex == nil ? own : own + [.photo]
  }

  /// The style in the path and the model in the query.
  private func style(
    _ request: Request, _ context: ServiceContext
  ) async throws -> (ModelLibrary.Model, String) {
    let model = try await models.model(request.query("model"))
    let name = try context.parameters.require("name")
    do throws(StyleModelError) {
      _ = try model.styles.weights(of: StyleMixture(name))
    } catch {
      throw Problem(.notFound, error.description)
    }
    return (model, name)
  }

  private func exported(_ name: String, of model: ModelLibrary.Model) throws -> Data {
    guard name != StyleBank.photoName else {
      throw Problem(.notFound, StyleModelError.reservedName.description)
    }
    let file = temporaryFile()
    defer { file.withSystemPath { _ = unlink($0) } }
    try model.styles.exportStyle(named: name, to: file)
    return try FileContents.read(file)
  }
}

/// A style as clients see it; what is not known of its painting is null.
struct ShownStyle: Encodable {
  let name: String
  let title, artist, year, license, source, thumbnail: String?
  let isAdded: Bool

  /// The row that returns the photo itself.
  static let photo = ShownStyle(
    StyleDescription(name: StyleBank.photoName, title: "The photo itself"), hasThumbnail: false,
    isAdded: false)

  init(_ style: StyleDescription, hasThumbnail: Bool, isAdded: Bool) {
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
