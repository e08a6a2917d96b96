public import Foundation

/// One style by itself: its row of the bank and all that is known of it.
public struct Style: Hashable, Sendable {
  /// The style's name and painting.
  public let description: StyleDescription
  /// γ of every normalized channel, all layers side by side.
  public let scale: [Float]
  /// β of the same.
  public let shift: [Float]
  /// A small JPEG of the painting, where there is one.
  public let thumbnail: Data?
  /// The settings of the row's training, by name.
  public let trainingSettings: [String: String]

  /// Creates a style.
  ///
  /// - Precondition: γ and β are equally long.
  public init(
    description: StyleDescription, scale: [Float], shift: [Float], thumbnail: Data? = nil,
    trainingSettings: [String: String] = [:]
  ) {
    precondition(scale.count == shift.count, "\(scale.count) γ and \(shift.count) β")
    self.description = description
    self.scale = scale
    self.shift = shift
    self.thumbnail = thumbnail
    self.trainingSettings = trainingSettings
  }

  /// The name by which users choose the style.
  public var name: String { description.name }

  /// The same style under another name.
  func renamed(to name: String) -> Style {
    Style(
      description: description.renamed(to: name), scale: scale, shift: shift,
      thumbnail: thumbnail, trainingSettings: trainingSettings)
  }
}
