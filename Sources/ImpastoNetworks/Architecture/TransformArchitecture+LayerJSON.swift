import ImpastoCompute

/// The JSON form of layers: one object of plain values, those that are usual left out.
extension TransformArchitecture.Layer: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, kernel, inputs, outputs
    case stride, blur, doubling
    case pixelShuffle = "pixel_shuffle"
    case padding
    case paddingWidth = "padding_width"
    case normalization, epsilon, bias
    case activation, slope, scale, minimum, maximum
    case adds
  }

  /// Reads a layer.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let name = try values.value(String.self, .name)
    try decoder.expectOnly(CodingKeys.self, layer: name)
    let layer = LayerValues(name: name, values: values)
    let kernel = try values.value(Int.self, .kernel)
    try self.init(
      name: name, kernel: kernel, inputs: values.value(Int.self, .inputs),
      outputs: values.value(Int.self, .outputs), scaling: layer.scaling(),
      padding: layer.padding(kernel: kernel), normalization: layer.normalization(),
      activation: layer.activation(), addend: values.valueIfPresent(String.self, .adds))
  }

  /// Writes the layer.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(kernel, forKey: .kernel)
    try values.encode(inputs, forKey: .inputs)
    try values.encode(outputs, forKey: .outputs)
    switch scaling {
    case .kept: break
    case .halved(let isBlurred):
      try values.encode(2, forKey: .stride)
      if isBlurred { try values.encode(true, forKey: .blur) }
    case .doubled(let doubling): try values.encode(doubling.rawValue, forKey: .doubling)
    case .rearranged(let factor): try values.encode(factor, forKey: .pixelShuffle)
    }
    if padding.border != .mirrored { try values.encode(padding.border.code, forKey: .padding) }
    if padding.padding != (kernel - 1) / 2 {
      try values.encode(padding.padding, forKey: .paddingWidth)
    }
    switch normalization {
    case .conditional(let epsilon):
      if epsilon != ChannelStatistics.epsilon { try values.encode(epsilon, forKey: .epsilon) }
    case .fixed(let epsilon):
      try values.encode("fixed", forKey: .normalization)
      if epsilon != ChannelStatistics.epsilon { try values.encode(epsilon, forKey: .epsilon) }
    case .none(let hasBias):
      try values.encode("none", forKey: .normalization)
      if hasBias { try values.encode(true, forKey: .bias) }
    }
    if activation != .rectified { try values.encode(activation.code, forKey: .activation) }
    switch activation {
    case .linear, .rectified, .sigmoid: break
    case .leaky(let slope): try values.encode(slope, forKey: .slope)
    case .tanh(let scale): try values.encode(scale, forKey: .scale)
    case .clamped(let range):
      try values.encode(range.lowerBound, forKey: .minimum)
      try values.encode(range.upperBound, forKey: .maximum)
    }
    try values.encodeIfPresent(addend, forKey: .adds)
  }

  /// The values of one layer, of which some go together and others do not.
  private struct LayerValues {
    let name: String
    let values: KeyedDecodingContainer<CodingKeys>

    func scaling() throws -> Scaling {
      let stride = try values.valueIfPresent(Int.self, .stride) ?? 1
      guard [1, 2].contains(stride) else { throw fault("a stride of \(stride), expected 1 or 2") }
      let isBlurred = try values.valueIfPresent(Bool.self, .blur) ?? false
      let factor = try values.valueIfPresent(Int.self, .pixelShuffle)
      let doubling = try values.valueIfPresent(String.self, .doubling)
      if stride == 1, isBlurred { throw fault("“blur” comes before a “stride” of 2 only") }
      guard [stride > 1, factor != nil, doubling != nil].count(where: \.self) <= 1 else {
        throw fault("“stride”, “doubling” and “pixel_shuffle” exclude each other")
      }
      if let factor { return .rearranged(by: factor) }
      guard let doubling else { return stride == 2 ? .halved(blurred: isBlurred) : .kept }
      return .doubled(try choice(doubling, .doubling, Doubling.allCases) { $0.rawValue })
    }

    func padding(kernel: Int) throws -> Frame {
      let border = try values.valueIfPresent(String.self, .padding) ?? "reflect"
      return Frame(
        padding: try values.valueIfPresent(Int.self, .paddingWidth) ?? (kernel &- 1) / 2,
        border: try choice(border, .padding, [.mirrored, .repeated, .zeros]) { $0.code })
    }

    func normalization() throws -> Normalization {
      let text = try values.valueIfPresent(String.self, .normalization) ?? "conditional"
      let kind = try choice(text, .normalization, ["conditional", "fixed", "none"]) { $0 }
      let epsilon = try values.valueIfPresent(Float.self, .epsilon)
      let hasBias = try values.valueIfPresent(Bool.self, .bias) ?? false
      if kind == "none" {
        if epsilon != nil { throw fault("“epsilon” belongs to a normalization") }
        return .none(hasBias: hasBias)
      }
      if hasBias { throw fault("a normalization undoes every “bias” before it; leave one out") }
      let value = epsilon ?? ChannelStatistics.epsilon
      return kind == "fixed" ? .fixed(epsilon: value) : .conditional(epsilon: value)
    }

    func activation() throws -> Activation {
      let text = try values.valueIfPresent(String.self, .activation) ?? "relu"
      let kinds: [Activation] = [
        .linear, .rectified, .leaky(slope: 0), .sigmoid, .tanh(scale: 1), .clamped(0...0),
      ]
      let kind = try choice(text, .activation, kinds) { $0.code }
      let parameters: [CodingKeys] =
        switch kind {
        case .linear, .rectified, .sigmoid: []
        case .leaky: [.slope]
        case .tanh: [.scale]
        case .clamped: [.minimum, .maximum]
        }
      for key in [CodingKeys.slope, .scale, .minimum, .maximum]
      where values.contains(key) && !parameters.contains(key) {
        throw fault("“\(key.rawValue)” does not belong to the activation “\(text)”")
      }
      let numbers = try parameters.map { try values.value(Float.self, $0) }
      switch kind {
      case .linear, .rectified, .sigmoid: return kind
      case .leaky: return .leaky(slope: numbers[0])
      case .tanh: return .tanh(scale: numbers[0])
      case .clamped:
        guard numbers[0] <= numbers[1] else {
          throw fault("its minimum \(numbers[0]) is more than its maximum \(numbers[1])")
        }
        return .clamped(numbers[0]...numbers[1])
      }
    }

    /// The one of `choices` that is written as `text`.
    private func choice<Choice>(
      _ text: String, _ key: CodingKeys, _ choices: [Choice], _ code: (Choice) -> String
    ) throws -> Choice {
      guard let choice = choices.first(where: { code($0) == text }) else {
        throw fault(
          "its \(key.rawValue) is “\(text)”, expected \(choices.map(code).joined(separator: ", "))")
      }
      return choice
    }

    private func fault(_ reason: String) -> ArchitectureFault {
      ArchitectureFault(layer: name, reason)
    }
  }
}

extension Frame.Border {
  /// The word for it in files.
  var code: String {
    switch self {
    case .mirrored: "reflect"
    case .repeated: "replicate"
    case .zeros: "zero"
    }
  }
}

extension Activation {
  /// The word for it in files.
  var code: String {
    switch self {
    case .linear: "linear"
    case .rectified: "relu"
    case .leaky: "leaky"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .clamped: "clamp"
    }
  }
}
