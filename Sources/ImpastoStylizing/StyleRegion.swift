public import ImpastoImaging
public import ImpastoNetworks

/// A part of a photo that is painted with a mixture of its own.
///
/// ```swift
/// let sky = StyleRegion(
///   mask: try Mask(contentsOf: "sky.png"), mixture: StyleMixture("hokusai-poppies"))
/// let picture = try stylizer.stylize(photo, with: StyleMixture("great-wave"), regions: [sky])
/// ```
public struct StyleRegion: Sendable {
  /// The mask of the region, stretched to the photo.
  public let mask: Mask
  /// With what.
  public let mixture: StyleMixture

  /// Creates a region.
  public init(mask: Mask, mixture: StyleMixture) {
    self.mask = mask
    self.mixture = mixture
  }

  /// Indicates whether any pixel of a picture gets one of its 255 levels or more.
  package func isVisible(width: Int, height: Int) -> Bool {
    Self.isVisible(shares(width: width, height: height))
  }

  fileprivate static func isVisible(_ shares: [Float]) -> Bool { shares.contains { $0 >= 1 / 255 } }

  /// The share of each pixel of a picture, with soft edges of about a fiftieth of its longer side.
  fileprivate func shares(width: Int, height: Int) -> [Float] {
    mask.shares(
      width: width, height: height,
      radius: min((max(width, height) + 50) / 100, Mask.radiusLimit))
  }
}

extension MixtureMap {
  /// Creates the map of a photo with `regions` upon a ground: mixture 0, and then one for each.
  ///
  /// Masks get soft edges. Where their shares sum to more than 1 they are normalized, and what they
  /// lack to 1 is the ground's.
  ///
  /// - Throws: ``StylizingError/invisibleRegion(_:width:height:)`` for a region that gets less than
  ///   one of a picture's 255 levels in any pixel.
  init(
    regions: [StyleRegion], width: Int, height: Int, for architecture: TransformArchitecture
  ) throws(StylizingError) {
    let shares = regions.map { $0.shares(width: width, height: height) }
    if let index = shares.firstIndex(where: { !StyleRegion.isVisible($0) }) {
      throw .invisibleRegion(index, width: width, height: height)
    }
    let count = regions.count + 1
    let weights = [Float](unsafeUninitializedCapacity: width * height * count) { weights, end in
      for pixel in 0..<width * height {
        var sum: Float = 0
        for share in shares { sum += share[pixel] }
        weights[pixel * count] = max(0, 1 - sum)
        for (index, share) in shares.enumerated() {
          weights[pixel * count + 1 + index] = share[pixel] / max(1, sum)
        }
      }
      end = width * height * count
    }
    self.init(
      weights: weights, width: width, height: height, count: count, for: architecture)
  }
}
