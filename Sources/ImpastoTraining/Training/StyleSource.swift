public import ImpastoImaging
public import ImpastoNetworks

/// A style to learn: its painting, and what is known of it.
public struct StyleSource: Sendable {
  /// The name by which the style will be applied, and the painting's particulars.
  public let description: StyleDescription
  /// The painting at its full size.
  public let painting: Image
  /// The colours that the painting is given before its Gram matrices are measured; nil leaves its
  /// own.
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
