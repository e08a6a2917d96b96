import ImpastoImaging
public import ImpastoNetworks
public import ImpastoStylizing

/// The settings of the painting of a photo: styles, regions, strokes and colours.
public struct PaintingSettings: Sendable {
  /// The mixture outside the regions.
  public var mixture: StyleMixture
  /// The parts with mixtures of their own.
  public var regions: [StyleRegion]
  /// The size of the strokes as a multiple of the painting's, within `Stylizer.strokeSizes`.
  public var strokeSize: Double
  /// Indicates whether only light and shade are painted and the colours are those of the photo.
  public var keepsColors: Bool

  /// Creates settings.
  public init(
    mixture: StyleMixture, regions: [StyleRegion] = [], strokeSize: Double = 1,
    keepsColors: Bool = false
  ) {
    (self.mixture, self.regions) = (mixture, regions)
    (self.strokeSize, self.keepsColors) = (strokeSize, keepsColors)
  }

  /// Refuses strokes of a size that cannot be painted.
  ///
  /// - Throws: ``SessionError/outOfRange(setting:value:expected:)``.
  public static func check(strokeSize: Double) throws(SessionError) {
    try SessionError.check("stroke-size", strokeSize, Stylizer.strokeSizes)
  }

  /// The picture of a photo, or of some of its rows, in the colours that these settings ask for.
  ///
  /// - Parameter photo: What the picture was painted of; read only where its colours are kept.
  func colored(_ picture: Image, of photo: @autoclosure () throws -> Image) rethrows -> Image {
    keepsColors ? picture.withColors(of: try photo()) : picture
  }
}
