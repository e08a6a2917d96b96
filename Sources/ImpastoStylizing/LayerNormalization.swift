import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors

/// How a layer's image is normalized: in one way, or in several ways that each count in its place.
struct LayerNormalization: Sendable {
  /// Normalization, scale and shift of each way in one step, `[ways × channels]`.
  let affine: ChannelAffine
  /// How much each way counts where, f32 `[1, height, width, ways]`; nil for one way.
  ///
  /// The layer's image may be smaller, with the upper left corner in common.
  let weights: Tensor?

  /// One way for all pixels.
  init(_ affine: ChannelAffine) { (self.affine, weights) = (affine, nil) }

  /// The several ways of `affines`, in the places of `map`, for an image of `shape`.
  init(_ affines: [ChannelAffine], places map: MixtureMap, shape: Shape) {
    affine = ChannelAffine(
      scale: affines.flatMap(\.scale), shift: affines.flatMap(\.shift))
    weights = map.weights(covering: shape)
  }

  /// Leaves each of `channels` as it is.
  static func identity(channels: Int) -> LayerNormalization {
    LayerNormalization(
      ChannelAffine(
        scale: [Float](repeating: 1, count: channels),
        shift: [Float](repeating: 0, count: channels)))
  }
}
