import ImpastoCompute
import ImpastoTensors

/// A network that enlarges pictures, with one or two sets of weights: the content of a checkpoint of
/// `impasto train-enlarge`.
public struct EnlargementModel: Sendable {
  /// The weights that were trained to be near to the photo's pixels.
  public let fidelity: TransformNetwork
  /// The weights that were then trained to look like the photo; nil where none were.
  public let looks: TransformNetwork?
  /// The settings of the training, by name.
  public let trainingSettings: [String: String]

  /// Creates a model.
  ///
  /// - Precondition: the networks are of one architecture that enlarges fourfold, and that no style
  ///   can change.
  public init(
    fidelity: TransformNetwork, looks: TransformNetwork? = nil,
    trainingSettings: [String: String] = [:]
  ) {
    let architecture = fidelity.architecture
    precondition(
      (looks?.architecture ?? architecture) == architecture && Self.fault(in: architecture) == nil,
      "networks that enlarge by \(architecture.magnification)")
    (self.fidelity, self.looks) = (fidelity, looks)
    self.trainingSettings = trainingSettings
  }

  /// The factors by which pictures can be enlarged.
  public static let scales = [2, 4]

  /// The reason why a network of this architecture cannot be such a model's; nil where it can.
  static func fault(in architecture: TransformArchitecture) -> String? {
    if architecture.magnification != 4 {
      return "its network enlarges by \(architecture.magnification), expected 4"
    }
    guard architecture.styleLength == 0, let last = architecture.layers.last,
      last.scaling == .rearranged(by: 4), last.normalization == .none(hasBias: true),
      last.activation == .linear, last.addend == nil
    else {
      return "its last layer does not rearrange channels to squares of 4, or a layer has styles"
    }
    return nil
  }

  /// The network between the two that enlarges by `scale`.
  ///
  /// - Parameters:
  ///   - fidelity: The share of the weights trained for fidelity, 0…1; the rest is that of those
  ///     trained for looks. 1 and 0 give the networks themselves, bit for bit.
  ///   - scale: One of ``scales``.
  /// - Precondition: there are weights for looks, or `fidelity` is 1.
  ///
  /// Source: the mixture of weights from Wang et al. 2018.
  public func network(fidelity: Float, scale: Int) -> TransformNetwork {
    precondition(
      (0...1).contains(fidelity) && (fidelity == 1 || looks != nil), "a fidelity of \(fidelity)")
    precondition(Self.scales.contains(scale), "a scale of \(scale)")
    let mixed = self.fidelity.mixed(with: looks ?? self.fidelity, share: 1 - fidelity)
    return scale == 4 ? mixed : mixed.givingHalf()
  }
}

extension TransformNetwork {
  /// The network whose weights lie between these and those of `other`, whose share is given.
  func mixed(with other: TransformNetwork, share: Float) -> TransformNetwork {
    if share == 0 { return self }
    if share == 1 { return other }
    func mixed(_ own: Tensor, _ other: Tensor) -> Tensor {
      Tensor(
        zip(own.scalars, other.scalars).map { (1 - share) * $0 + share * $1 }, shape: own.shape)
    }
    func mixed(_ own: Tensor?, _ other: Tensor?) -> Tensor? {
      if let own, let other { mixed(own, other) } else { nil }
    }
    return TransformNetwork(
      architecture: architecture,
      parameters: zip(parameters, other.parameters).map { own, other in
        LayerParameters(
          filter: ConvolutionFilter(mixed(own.filter.weights, other.filter.weights)),
          scale: mixed(own.scale, other.scale), shift: mixed(own.shift, other.shift))
      })
  }

  /// The network that gives the means of 2×2 pixels of what this one gives.
  ///
  /// The last layer is linear: the means of its filters give the means of its pixels. What is added,
  /// the photo with its pixels repeated, is its own mean.
  func givingHalf() -> TransformNetwork {
    var layers = architecture.layers
    var parameters = parameters
    guard let last = layers.popLast(), let own = parameters.popLast(),
      case .rearranged(let factor) = last.scaling
    else { preconditionFailure("a network that does not rearrange channels to pixels") }
    func means(_ tensor: Tensor) -> Tensor {
      let (scalars, row) = (tensor.scalars, tensor.count / last.filterOutputs)
      let half = factor / 2
      var means = [Float](repeating: 0, count: scalars.count / 4)
      for output in 0..<last.filterOutputs {
        let (place, channel) = (output / last.outputs, output % last.outputs)
        let (y, x) = (place / factor / 2, place % factor / 2)
        let target = (y * half + x) * last.outputs + channel
        for index in 0..<row { means[target * row + index] += scalars[output * row + index] / 4 }
      }
      let others = tensor.shape.dimensions.dropFirst()
      return Tensor(means, shape: Shape([tensor.shape[0] / 4] + others))
    }
    var halved = last
    halved.scaling = .rearranged(by: factor / 2)
    parameters.append(
      LayerParameters(
        filter: ConvolutionFilter(means(own.filter.weights)), shift: own.shift.map(means)))
    return TransformNetwork(
      architecture: TransformArchitecture(
        fitting: layers + [halved], input: architecture.input, output: architecture.output,
        magnification: architecture.magnification / 2),
      parameters: parameters)
  }
}
