/// The settings of a photo painted by changing its pixels.
package struct OptimizeSettings: Codable, Equatable, Sendable {
  package var photo: Identifier
  /// The paintings whose style it gets.
  package var paintings: [Identifier]
  package var iterations: Int?
  package var contentWeight: Float?
  package var styleWeight: Float?
  package var keepColors: Bool?
  package var size: Int?
  /// Nil for PNG.
  package var format: StylizeSettings.ResultFormat?
  package var quality: Int?
}

/// The settings of a style that is learned.
package struct AddStyleSettings: Codable, Equatable, Sendable {
  package var painting: Identifier
  /// The name of the style.
  package var name: String
  package var title: String?
  package var artist: String?
  package var year: String?
  package var license: String?
  package var source: String?
  /// The photos to learn with; none or nil for those of the service.
  package var content: [Identifier]?
  package var steps: Int?
  /// The side of the squares that it learns with, in pixels.
  package var imageSize: Int?
  /// The photos of each step.
  package var batchSize: Int?
  package var model: String?
}

/// The settings of a film.
package struct VideoSettings: Codable, Equatable, Sendable {
  /// The containers of the result.
  package enum Format: String, Codable, Sendable {
    case mp4, mov, mkv, webm, gif
  }

  package var film: Identifier
  package var styles: StyleWeights?
  /// The names of styles that the film passes, in place of styles.
  package var through: [String]?
  package var strength: Float?
  package var strokeSize: Double?
  package var keepColors: Bool?
  package var regions: [StylizeSettings.Region]?
  /// The second to begin at.
  package var from: Double?
  /// The seconds to paint.
  package var duration: Double?
  package var size: Int?
  package var model: String?
  /// Nil for MP4.
  package var format: Format?
}
