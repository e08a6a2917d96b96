public import ImpastoImaging
public import ImpastoNetworks

/// A style to learn: its painting, and what is known of it.
public struct StyleSource: Sendable {
  /// The name by which the style will be applied, and the painting's particulars.
  public let description: StyleDescription
  /// The painting at its full size.
  public let painting: Image
  /// What its colours are moved to before its Gram matrices are measured; nil leaves them.
  public let colors: ColorStatistics?

  /// Creates a source.
  public init(
    description: StyleDescription, painting: Image, colors: ColorStatistics? = nil
  ) {
    self.description = description
    self.painting = painting
    self.colors = colors
  }
}
