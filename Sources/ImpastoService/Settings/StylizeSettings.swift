import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing

/// The settings of a picture, as requests give them.
package struct StylizeSettings: Codable, Equatable, Sendable {
  /// A part of the photo with styles of its own.
  package struct Region: Codable, Equatable, Sendable {
    /// The id of the mask, which is white where the styles show.
    package var mask: Identifier
    /// The styles with their weights.
    package var styles: StyleWeights
  }

  /// The id of the photo; nil where the photo comes with the request.
  package var photo: Identifier?
  /// The styles with their weights.
  package var styles: StyleWeights
  /// The name of the model; nil for the first.
  package var model: String?
  /// The strength of the styles, from 0 to 1; nil for 1.
  package var strength: Float?
  /// The size of the strokes as a multiple of the painting's; nil for 1.
  package var strokeSize: Double?
  /// Indicates whether the colours of the photo are kept; nil for no.
  package var keepColors: Bool?
  /// The parts with styles of their own; nil for none.
  package var regions: [Region]?
  /// The longer side in pixels; nil for the photo's, or for one that is quickly painted.
  package var size: Int?
  /// The format of the result; nil for JPEG of a picture at once, and PNG of a job's.
  package var format: ResultFormat?
  /// The quality of a JPEG file, 1 to 100; nil for 90 at once, and 95 of a job's.
  package var quality: Int?

  /// The formats of results.
  package enum ResultFormat: String, Codable, CaseIterable, Sendable {
    case jpeg, png, webp

    /// The format of the file.
    var imageFormat: ImageFormat {
      switch self {
      case .jpeg: .jpeg
      case .png: .png
      case .webp: .webp
      }
    }

    /// The type of the file.
    var mediaType: String { "image/\(rawValue)" }
  }
}

extension StylizeSettings {
  /// The settings of the painting for a model, with the regions' masks that were read.
  ///
  /// - Throws: `SessionError` and `StyleModelError` for values that cannot be painted.
  func painting(masks: [Mask], model: StyleModel, path: String) throws -> PaintingSettings {
    let strength = strength ?? 1
    try SessionError.check("strength", strength, StyleMixture.strengths)
    let mixtures = try ([styles] + (regions ?? []).map(\.styles)).map { styles in
      let mixture = try styles.mixture
      _ = try model.weights(of: mixture)
      return mixture
    }
    guard strength == 1 || model.bank.photoIndex != nil else {
      throw ServiceError.badSetting(
        "strength", reason: "the model has no row “photo” to go back towards; leave strength out")
    }
    let settings = PaintingSettings(
      mixture: mixtures[0].weakened(to: strength),
      regions: zip(masks, mixtures.dropFirst()).map {
        StyleRegion(mask: $0, mixture: $1.weakened(to: strength))
      },
      strokeSize: strokeSize ?? 1, keepsColors: keepColors ?? false)
    try PaintingSettings.check(strokeSize: settings.strokeSize)
    return settings
  }
}
