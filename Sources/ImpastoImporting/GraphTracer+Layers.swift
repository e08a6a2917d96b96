import ImpastoCompute
import ImpastoModelFiles

/// The operations after a convolution.
extension GraphTracer {
  /// An instance normalization as one node.
  mutating func normalized(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedImage {
    guard inputs.count == 3, let scale = coefficients(inputs[1], image, axis: 0, rank: 1),
      let shift = coefficients(inputs[2], image, axis: 0, rank: 1)
    else { throw misfit(node, "has no γ and β for \(image.channels) channels") }
    let normalized = try normalized(image, epsilon: Double(node.number("epsilon") ?? 1e-5), node)
    return try adjusted(normalized, factor: scale, offset: shift, node)
  }

  /// An instance normalization without γ and β.
  mutating func normalized(
    _ image: TracedImage, epsilon: Double, _ node: ONNXGraph.Node
  ) throws(ImportFault) -> TracedImage {
    guard let index = image.layer, network.layers[index].stage == .convolved else {
      throw misfit(node, "normalizes what no convolution has just made")
    }
    let result = try changed(image, by: node)
    network.layers[index].stage = .normalized
    network.layers[index].normalization = TracedLayer.Normalization(
      epsilon: epsilon, scale: [[Double](repeating: 1, count: image.channels)],
      shift: [[Double](repeating: 0, count: image.channels)])
    return result
  }

  /// A sum, difference, product or quotient of an image and numbers for each channel.
  mutating func adjusted(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedImage {
    guard inputs.count == 2, let numbers = coefficients(inputs[1], image, axis: 1, rank: 4) else {
      throw misfit(node, "has no number for each of \(image.channels) channels")
    }
    let one = [[Double](repeating: 1, count: image.channels)]
    let zero = [[Double](repeating: 0, count: image.channels)]
    switch node.operation {
    case "Add": return try adjusted(image, factor: one, offset: numbers, node)
    case "Sub": return try adjusted(image, factor: one, offset: numbers.map { $0.map(-) }, node)
    case "Mul": return try adjusted(image, factor: numbers, offset: zero, node)
    default:
      return try adjusted(image, factor: numbers.map { $0.map { 1 / $0 } }, offset: zero, node)
    }
  }

  /// A factor and an addend for each channel, alike for all styles or each for one.
  private mutating func adjusted(
    _ image: TracedImage, factor: [[Double]], offset: [[Double]], _ node: ONNXGraph.Node
  ) throws(ImportFault) -> TracedImage {
    let result = try changed(image, by: node)
    if let index = image.layer, network.layers[index].stage == .normalized {
      guard
        let normalization = network.layers[index].normalization?.following(
          factor: factor, offset: offset)
      else { throw misfit(node, "is no sum of the styles by their weights") }
      network.layers[index].normalization = normalization
      return result
    }
    guard factor.count == 1, offset.count == 1 else {
      throw misfit(node, "scales by the styles what is not normalized")
    }
    guard let index = image.layer else {
      network.input.follow(factor: factor[0], offset: offset[0])
      return result
    }
    if network.layers[index].stage == .convolved {
      network.layers[index].scaleConvolution(factor: factor[0], offset: offset[0])
    } else {
      guard image.channels == 3 else { throw misfit(node, "scales what is activated already") }
      network.output.follow(factor: factor[0], offset: offset[0])
    }
    return result
  }

  private func coefficients(
    _ value: TracedValue?, _ image: TracedImage, axis: Int, rank: Int
  ) -> [[Double]]? {
    switch value {
    case .numbers(let numbers):
      return numbers.channels(image.channels, axis: axis, rank: rank).map { [$0] }
    case .rows(let rows):
      let all = rows.compactMap { $0.channels(image.channels, axis: axis, rank: rank) }
      return all.count == rows.count ? all : nil
    default: return nil
    }
  }

  /// An activation.
  mutating func activated(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedImage {
    guard let index = image.layer else {
      // Whether photos are within these bounds shows when it is known what white is.
      switch try activation(image, node, inputs) {
      case .clamped(let bounds): network.inputBounds.append((network.input, bounds, node.name))
      case .rectified where node.operation == "Clip":
        network.inputBounds.append((network.input, 0...(.infinity), node.name))
      default: throw misfit(node, "activates the photo itself")
      }
      return image
    }
    let activation = try activation(image, node, inputs)
    let layer = network.layers[index]
    if layer.stage == .activated, case .clamped(let bounds) = activation,
      network.output.range(after: layer.activation).map({ bounds.contains($0) }) == true
    {
      return image
    }
    guard layer.stage == .convolved || layer.stage == .normalized else {
      throw misfit(node, "activates what is activated, or added to, already")
    }
    let result = try changed(image, by: node)
    network.layers[index].activation = activation
    network.layers[index].stage = .activated
    return result
  }

  private func activation(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> Activation {
    switch node.operation {
    case "Relu": return .rectified
    case "Sigmoid": return .sigmoid
    case "Tanh": return .tanh(scale: 1)
    case "LeakyRelu": return .leaky(slope: node.number("alpha") ?? 0.01)
    case "PRelu":
      guard let slopes = numbers(inputs, 1)?.scalars, let slope = slopes.first,
        slopes.allSatisfy({ $0 == slope })
      else { throw misfit(node, "has several slopes, where one is expected") }
      return .leaky(slope: Float(slope))
    default:
      let lower = numbers(inputs, 1)?.scalar ?? Double(node.number("min") ?? -.infinity)
      let upper = numbers(inputs, 2)?.scalar ?? Double(node.number("max") ?? .infinity)
      guard lower <= upper else { throw misfit(node, "clips to \(lower)…\(upper)") }
      if lower == 0, upper == .infinity || upper > Double(Float.greatestFiniteMagnitude) / 2 {
        return .rectified
      }
      return .clamped(Float(lower)...Float(upper))
    }
  }

  /// The sum of the last layer's result and an earlier one's.
  mutating func summed(
    _ first: TracedImage, _ second: TracedImage, _ node: ONNXGraph.Node
  ) throws(ImportFault) -> TracedImage {
    let (image, other) =
      (first.layer ?? -1) > (second.layer ?? -1) ? (first, second) : (second, first)
    guard let index = image.layer, let addend = other.layer, addend < index else {
      throw misfit(node, "adds what are not the results of two layers")
    }
    guard image.shape == other.shape, other.isPlain else {
      throw misfit(node, "adds images of \(image.shape) and \(other.shape)")
    }
    let layer = network.layers[index]
    guard layer.stage == .convolved || layer.stage == .normalized else {
      throw misfit(node, "adds to what is activated, or added to, already")
    }
    let result = try changed(image, by: node)
    read(other, by: node)
    network.layers[index].addend = addend
    network.layers[index].stage = .added
    return result
  }

  /// An image without some of the rows at its bottom and columns at its right.
  func cropped(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedImage {
    func list(_ name: String, _ index: Int) -> [Int]? {
      node.integers(name) ?? numbers(inputs, index)?.integers
    }
    let starts = list("starts", 1) ?? []
    let ends = list("ends", 2) ?? []
    let axes = list("axes", 3) ?? Array(starts.indices)
    let steps = list("steps", 4) ?? starts.map { _ in 1 }
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count,
      steps.allSatisfy({ $0 == 1 }), axes.allSatisfy({ -4..<4 ~= $0 })
    else { throw misfit(node, "cuts an image in a way that no layer does") }
    var result = image
    for index in axes.indices {
      let axis = (axes[index] + 4) % 4
      let places = Numbers.places(
        from: starts[index], to: ends[index], by: 1, extent: result.shape[axis])
      guard let places, let last = places.last, places.first == 0,
        last + 1 == result.shape[axis] || axis >= 2 && last + 1 == photo.shape[axis]
      else { throw misfit(node, "cuts an image to another size than the photo's") }
      result.isCropped = result.isCropped || last + 1 < result.shape[axis]
      result.shape[axis] = last + 1
    }
    return result
  }
}

extension TracedNetwork.ChannelMap {
  /// The numbers that come out where those of an activation go in; nil where they have no bounds.
  func range(after activation: Activation) -> ClosedRange<Double>? {
    let bounds: (Double, Double)
    switch activation {
    case .sigmoid: bounds = (0, 1)
    case .tanh(let scale): bounds = (-Double(scale), Double(scale))
    case .clamped(let range): bounds = (Double(range.lowerBound), Double(range.upperBound))
    case .linear, .rectified, .leaky: return nil
    }
    return range(of: bounds.0...bounds.1)
  }

  /// The numbers that come out of all channels where those of `range` go in.
  func range(of range: ClosedRange<Double>) -> ClosedRange<Double> {
    let ends = zip(factor, offset).flatMap {
      [$0 * range.lowerBound + $1, $0 * range.upperBound + $1]
    }
    return (ends.min() ?? 0)...(ends.max() ?? 0)
  }
}

extension ClosedRange<Float> {
  /// Returns whether all numbers of `other` are among these, but for rounding.
  func contains(_ other: ClosedRange<Double>) -> Bool {
    let margin = 1e-4 * Swift.max(1, abs(other.upperBound))
    return Double(lowerBound) <= other.lowerBound + margin
      && Double(upperBound) >= other.upperBound - margin
  }
}
