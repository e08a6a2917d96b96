import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors

/// The normalization of a layer's image: for one mixture, or for several that each have a share of
/// every pixel.
struct InstanceNormalization: Sendable {
  /// Normalization, scale and shift for each mixture in one step, `[mixtures × channels]`.
  let affine: ChannelAffine
  /// The share of each mixture at each pixel, f32 `[1, height, width, mixtures]`; nil for one.
  ///
  /// The layer's image may be smaller, with the upper left corner in common.
  let weights: Tensor?

  /// One mixture's for all pixels.
  init(_ affine: ChannelAffine) { (self.affine, weights) = (affine, nil) }

  /// Those of several mixtures, in the places of `map`, for an image `reduction` times smaller than
  /// the photo.
  init(_ affines: [ChannelAffine], places map: MixtureMap, reduction: Int) {
    affine = ChannelAffine(
      scale: affines.flatMap(\.scale), shift: affines.flatMap(\.shift))
    weights = map.weights(reducedBy: reduction)
  }

  /// Leaves each of `channels` as it is.
  static func identity(channels: Int) -> InstanceNormalization {
    InstanceNormalization(.identity(channels: channels))
  }
}

extension LayerParameters {
  /// The bias that follows the convolution of a layer without normalization; none where that was added
  /// before channels were rearranged.
  func bias(of layer: TransformArchitecture.Layer) -> ChannelAffine {
    guard !layer.biasesBeforeRearranging, let shift else {
      return .identity(channels: layer.outputs)
    }
    return ChannelAffine(bias: shift)
  }
}
