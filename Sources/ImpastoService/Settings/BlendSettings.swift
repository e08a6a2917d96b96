/// The settings of a photo on the way from style to style.
package struct InterpolateSettings: Codable, Equatable, Sendable {
  /// The forms of the result: an animation, or all frames in a row.
  package enum Format: String, Codable, Sendable {
    case gif, png, jpeg, webp
  }

  package var photo: Identifier
  /// The names of the styles in order.
  package var through: [String]
  /// The number of frames.
  package var frames: Int
  /// Indicates whether the frames lead back to the first style.
  package var loop: Bool?
  /// The frames per second of an animation.
  package var fps: Int?
  package var size: Int?
  package var model: String?
  /// Nil for an animation.
  package var format: Format?
  package var quality: Int?
}

/// The settings of a photo in every style.
package struct SheetSettings: Codable, Equatable, Sendable {
  /// The forms of the result: a picture or a page.
  package enum Format: String, Codable, Sendable {
    case png, jpeg, webp, html
  }

  package var photo: Identifier
  /// The names of the styles; nil for all.
  package var styles: [String]?
  package var size: Int?
  package var model: String?
  /// Nil for PNG.
  package var format: Format?
  package var quality: Int?
}

/// The settings of a photo in the blends between four styles.
package struct GridSettings: Codable, Equatable, Sendable {
  package var photo: Identifier
  /// The names of four styles: upper left, upper right, lower left, lower right.
  package var corners: [String]
  /// The pictures along each side.
  package var steps: Int?
  package var size: Int?
  package var model: String?
  /// Nil for PNG.
  package var format: StylizeSettings.ResultFormat?
  package var quality: Int?
}
