import ImpastoNetworks
import ImpastoSessions

/// The settings of a job: `{"kind": "stylize", "settings": {…}}`.
package enum JobSettings: Equatable, Sendable {
  case stylize(StylizeSettings)
  case interpolate(InterpolateSettings)
  case sheet(SheetSettings)
  case grid(GridSettings)
  case optimize(OptimizeSettings)
  case addStyle(AddStyleSettings)
  case video(VideoSettings)

  /// The command that does the job.
  package var kind: JobKind {
    switch self {
    case .stylize: .stylize
    case .interpolate: .interpolate
    case .sheet: .sheet
    case .grid: .grid
    case .optimize: .optimize
    case .addStyle: .addStyle
    case .video: .video
    }
  }

  /// The name of the model that the settings give; nil for the first.
  package var model: String? {
    switch self {
    case .stylize(let settings): settings.model
    case .interpolate(let settings): settings.model
    case .sheet(let settings): settings.model
    case .grid(let settings): settings.model
    case .optimize: nil
    case .addStyle(let settings): settings.model
    case .video(let settings): settings.model
    }
  }

  /// The name of the style that the job adds, if it adds one.
  package var addedStyle: String? {
    if case .addStyle(let settings) = self { settings.name } else { nil }
  }

  /// The photos that a style is learned with.
  package var content: [Identifier] {
    if case .addStyle(let settings) = self { settings.content ?? [] } else { [] }
  }

  /// The photos, masks and films that the settings name, the one that gives the result its name first.
  ///
  /// - Throws: ``ServiceError/badSetting(_:reason:)`` where a photo has to come with the request.
  package var files: [Identifier] {
    get throws(ServiceError) {
      switch self {
      case .stylize(let settings):
        guard let photo = settings.photo else {
          throw .badSetting("photo", reason: "missing; give the id of a photo that was sent before")
        }
        return [photo] + (settings.regions ?? []).map(\.mask)
      case .interpolate(let settings): return [settings.photo]
      case .sheet(let settings): return [settings.photo]
      case .grid(let settings): return [settings.photo]
      case .optimize(let settings): return [settings.photo] + settings.paintings
      case .addStyle(let settings): return [settings.painting] + (settings.content ?? [])
      case .video(let settings): return [settings.film] + (settings.regions ?? []).map(\.mask)
      }
    }
  }

  /// The mixtures of styles that the model has to know.
  ///
  /// - Throws: `StyleModelError.badMixture`.
  var mixtures: [StyleMixture] {
    get throws(StyleModelError) {
      var (texts, names): ([StyleWeights], [String]) = ([], [])
      switch self {
      case .stylize(let settings):
        texts = [settings.styles] + (settings.regions ?? []).map(\.styles)
      case .interpolate(let settings): names = settings.through
      case .sheet(let settings): names = settings.styles ?? []
      case .grid(let settings): names = settings.corners
      case .optimize, .addStyle: break
      case .video(let settings):
        texts = [settings.styles].compactMap(\.self) + (settings.regions ?? []).map(\.styles)
        names = settings.through ?? []
      }
      var mixtures = names.map { StyleMixture($0) }
      for text in texts { mixtures.append(try text.mixture) }
      return mixtures
    }
  }
}

extension JobSettings: Codable {
  private enum Key: CodingKey {
    case kind, settings
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func settings<Settings: Decodable>() throws -> Settings {
      try container.decode(Settings.self, forKey: .settings)
    }
    self =
      switch try container.decode(JobKind.self, forKey: .kind) {
      case .stylize: .stylize(try settings())
      case .interpolate: .interpolate(try settings())
      case .sheet: .sheet(try settings())
      case .grid: .grid(try settings())
      case .optimize: .optimize(try settings())
      case .addStyle: .addStyle(try settings())
      case .video: .video(try settings())
      }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(values, forKey: .settings)
  }

  /// The settings without their kind.
  private var values: any Encodable {
    switch self {
    case .stylize(let settings): settings
    case .interpolate(let settings): settings
    case .sheet(let settings): settings
    case .grid(let settings): settings
    case .optimize(let settings): settings
    case .addStyle(let settings): settings
    case .video(let settings): settings
    }
  }
}
