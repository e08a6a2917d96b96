import ImpastoDifferentiation
import ImpastoTensors

/// The losses of some photos of a step, and their gradients by all that is trained.
struct StepDerivatives {
  /// Of the pictures: one of each photo, or two, the second ones after all first ones.
  let losses: StepLosses
  /// The change of the pictures of each photo when it moves; empty where each is painted once.
  let shifts: [Float]
  /// The weighted sum of all losses.
  let total: Float
  let layers: [LayerGradients]
  /// By the scales and by the shifts.
  let rows: [Tensor?]
  /// The first photo whose own gradients are not finite, where that is known.
  var culprit: Int?

  /// The gradients of all that is trained, in a fixed order.
  var gradients: [Tensor?] { layers.flatMap(\.all) + rows }
}

/// The losses of the pictures of a step, picture by picture.
struct StepLosses {
  /// The weighted sums.
  var total: [Float] = []
  var content: [Float] = []
  var pixels: [Float] = []
  var totalVariation: [Float] = []
  /// For each picture one number per style tap.
  var style: [[Float]] = []
}

extension StepLosses {
  init(_ losses: PerceptualLoss.Losses) {
    self.init(
      total: losses.total.value.scalars, content: losses.content, pixels: losses.pixels,
      totalVariation: losses.totalVariation, style: losses.style)
  }
}
