import ImpastoNetworks
import ImpastoSessions

extension JobSettings {
  /// The words after `impasto` that do the job, without its model and output.
  ///
  /// - Parameter file: Gives the name of a photo, mask or film.
  func arguments(file: (Identifier) -> String) -> [String] {
    var words: JobWords
    switch self {
    case .stylize(let settings):
      words = JobWords(kind, [settings.photo].compactMap { $0.map(file) })
      words.add(
        styles: settings.styles, strength: settings.strength, strokeSize: settings.strokeSize,
        keepColors: settings.keepColors, regions: settings.regions, file)
      words.add("size", settings.size)
      words.add("quality", settings.quality)
    case .interpolate(let settings):
      words = JobWords(kind, [file(settings.photo)])
      words.add("through", settings.through.joined(separator: ","))
      words.add("frames", settings.frames)
      words.add(flag: "loop", settings.loop)
      words.add("fps", settings.fps)
      words.add("size", settings.size)
      words.add("quality", settings.quality)
    case .sheet(let settings):
      words = JobWords(kind, [file(settings.photo)])
      words.add("styles", settings.styles?.joined(separator: ","))
      words.add("size", settings.size)
      words.add("quality", settings.quality)
    case .grid(let settings):
      words = JobWords(kind, [file(settings.photo)])
      words.add("corners", settings.corners.joined(separator: ","))
      words.add("steps", settings.steps)
      words.add("size", settings.size)
      words.add("quality", settings.quality)
    case .optimize(let settings):
      words = JobWords(kind, ([settings.photo] + settings.paintings).map(file))
      words.add("iterations", settings.iterations)
      words.add("content-weight", settings.contentWeight)
      words.add("style-weight", settings.styleWeight)
      words.add(flag: "keep-colors", settings.keepColors)
      words.add("size", settings.size)
      words.add("quality", settings.quality)
    case .addStyle(let settings):
      words = JobWords(kind, [file(settings.painting)])
      words.add("name", settings.name)
      words.add("title", settings.title)
      words.add("artist", settings.artist)
      words.add("year", settings.year)
      words.add("licence", settings.license)
      words.add("source", settings.source)
      words.add("steps", settings.steps)
      words.add("image-size", settings.imageSize)
      words.add("batch-size", settings.batchSize)
    case .video(let settings):
      words = JobWords(kind, [file(settings.film)])
      words.add("through", settings.through?.joined(separator: ","))
      words.add(
        styles: settings.styles, strength: settings.strength, strokeSize: settings.strokeSize,
        keepColors: settings.keepColors, regions: settings.regions, file)
      words.add("from", settings.from)
      words.add("duration", settings.duration)
      words.add("size", settings.size)
    }
    return words.words
  }

  /// The part of the result's name that says how it was made.
  var resultSuffix: String {
    switch self {
    case .stylize(let settings): Self.suffix(settings.styles)
    case .interpolate: "morph"
    case .sheet: "sheet"
    case .grid: "grid"
    case .optimize: "optimized"
    case .addStyle(let settings): settings.name
    case .video(let settings): settings.styles.map(Self.suffix) ?? "morph"
    }
  }

  /// The extension of the result's name.
  var resultExtension: String {
    switch self {
    case .stylize(let settings): (settings.format ?? .png).fileExtension
    case .interpolate(let settings):
      settings.format == .jpeg ? "jpg" : (settings.format ?? .gif).rawValue
    case .sheet(let settings):
      settings.format == .jpeg ? "jpg" : (settings.format ?? .png).rawValue
    case .grid(let settings): (settings.format ?? .png).fileExtension
    case .optimize(let settings): (settings.format ?? .png).fileExtension
    case .addStyle: "safetensors"
    case .video(let settings): (settings.format ?? .mp4).rawValue
    }
  }

  private static func suffix(_ styles: StyleWeights) -> String {
    (try? styles.mixture.fileNameSuffix) ?? StyleMixture.blendName
  }
}

extension StylizeSettings.ResultFormat {
  /// The extension of a file's name.
  fileprivate var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
}
