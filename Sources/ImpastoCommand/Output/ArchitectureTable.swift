import ImpastoCompute
import ImpastoNetworks

extension TransformArchitecture {
  /// The layers in words, one a line below a heading.
  var table: [[String]] {
    [["layer", "filter", "channels", "image", "border", "then"]]
      + layers.map { layer in
        [
          layer.name, "\(layer.kernel)×\(layer.kernel)", "\(layer.inputs) → \(layer.outputs)",
          layer.scaling.text, "\(layer.padding.border.text) \(layer.padding.padding)",
          layer.following,
        ]
      }
  }
}

extension TransformArchitecture.Layer {
  /// The operations after the convolution, in words.
  fileprivate var following: String {
    let normalization: String? =
      switch normalization {
      case .conditional: "γ and β of the style"
      case .fixed: "γ and β of its own"
      case .none(let hasBias): hasBias ? "bias" : nil
      }
    let parts = [normalization, activation.text, addend.map { "+ \($0)" }]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}

extension TransformArchitecture.Layer.Scaling {
  fileprivate var text: String {
    switch self {
    case .kept: "as large"
    case .halved(let isBlurred): isBlurred ? "blurred, halved" : "halved"
    case .doubled(let doubling): "doubled (\(doubling.rawValue))"
    case .rearranged(let factor): "\(factor) times as large, from channels"
    }
  }
}

extension Frame.Border {
  fileprivate var text: String {
    switch self {
    case .mirrored: "reflect"
    case .repeated: "replicate"
    case .zeros: "zero"
    }
  }
}

extension Activation {
  fileprivate var text: String? {
    switch self {
    case .linear: nil
    case .rectified: "relu"
    case .leaky(let slope): "leaky \(slope)"
    case .sigmoid: "sigmoid"
    case .tanh(let scale): "\(scale) tanh"
    case .clamped(let range): "clamp \(range.lowerBound) … \(range.upperBound)"
    }
  }
}
