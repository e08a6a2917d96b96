import ImpastoModelFiles

/// Nodes that read an image.
extension GraphTracer {
  /// The result of a node that reads an image or a step of its normalization.
  mutating func imageValue(
    of node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedValue {
    if let step = try normalizationStep(node, inputs) { return step }
    guard case .image(let image)? = inputs.first ?? nil else {
      // A sum or product names its operands in either order.
      if inputs.count == 2, ["Add", "Mul"].contains(node.operation), case .image? = inputs[1] {
        return try imageValue(of: node, [inputs[1], inputs[0]])
      }
      throw misfit(node, "reads what no layer gives it")
    }
    switch node.operation {
    case "Shape":
      guard
        let extents = ConstantNode.extents(
          image.shape, from: node.integer("start") ?? 0, to: node.integer("end") ?? 4)
      else { throw misfit(node, "asks for extents that no image has") }
      return .numbers(extents)
    case "Identity", "Dropout": return .image(image)
    case "Cast":
      // To f32, f16 or f64, by the format's numbers: all are f32 here.
      guard [1, 10, 11].contains(node.integer("to")) else {
        throw misfit(node, "makes whole numbers of an image")
      }
      return .image(image)
    case "Pad": return .image(try padded(image, node, inputs))
    case "Upsample", "Resize": return .image(try doubled(image, node, inputs))
    case "Slice": return .image(try cropped(image, node, inputs))
    case "Conv": return .image(try convolved(image, node, inputs))
    case "ConvTranspose": return .image(try convolvedTransposed(image, node, inputs))
    case "InstanceNormalization": return .image(try normalized(image, node, inputs))
    case "Relu", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "Clip":
      return .image(try activated(image, node, inputs))
    case "Add":
      if case .image(let other)? = inputs[1] { return .image(try summed(image, other, node)) }
      return .image(try adjusted(image, node, inputs))
    case "Sub", "Mul", "Div": return .image(try adjusted(image, node, inputs))
    default: throw misfit(node, "is an operator that no layer has")
    }
  }

  /// A step of a normalization that is written out, such as PyTorch's exporters do; nil where
  /// `node` is none.
  private mutating func normalizationStep(
    _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedValue? {
    let second = inputs.count > 1 ? inputs[1] : nil
    switch (node.operation, inputs.first ?? nil, second) {
    case ("ReduceMean", .image(let image), _) where try isOverPixels(node, inputs):
      return .statistic(.mean, of: image)
    case ("ReduceMean", .statistic(.squared, let image), _) where try isOverPixels(node, inputs):
      return .statistic(.variance, of: image)
    case ("Sub", .image(let image), .statistic(.mean, let other)) where image.isSame(as: other):
      return .statistic(.centred, of: image)
    case ("Pow", .statistic(.centred, let image), .numbers(let power)) where power.scalar == 2:
      return .statistic(.squared, of: image)
    case ("Mul", .statistic(.centred, let image), .statistic(.centred, let other))
    where image.isSame(as: other):
      return .statistic(.squared, of: image)
    case ("Add", .statistic(.variance, let image), .numbers(let number)),
      ("Add", .numbers(let number), .statistic(.variance, let image)):
      guard let epsilon = number.scalar else { return nil }
      return .statistic(.regularized(epsilon: epsilon), of: image)
    case ("Sqrt", .statistic(.regularized(let epsilon), let image), _):
      return .statistic(.deviation(epsilon: epsilon), of: image)
    case ("Reciprocal", .statistic(.deviation(let epsilon), let image), _):
      return .statistic(.inverse(epsilon: epsilon), of: image)
    case ("Div", .numbers(let one), .statistic(.deviation(let epsilon), let image))
    where one.scalar == 1:
      return .statistic(.inverse(epsilon: epsilon), of: image)
    case ("Div", .statistic(.centred, let image), .statistic(.deviation(let epsilon), let other))
    where image.isSame(as: other),
      ("Mul", .statistic(.centred, let image), .statistic(.inverse(let epsilon), let other))
    where image.isSame(as: other),
      ("Mul", .statistic(.inverse(let epsilon), let other), .statistic(.centred, let image))
    where image.isSame(as: other):
      return .image(try normalized(image, epsilon: epsilon, node))
    default: return nil
    }
  }

  /// Returns whether a mean is that of each channel's pixels, and keeps its axes.
  private func isOverPixels(
    _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> Bool {
    let axes = node.integers("axes") ?? numbers(inputs, 1)?.integers ?? []
    guard axes.map({ $0 < 0 ? $0 + 4 : $0 }).sorted() == [2, 3], node.integer("keepdims") != 0
    else {
      throw misfit(node, "is no mean of each channel's pixels, [batch, channels, 1, 1]")
    }
    return true
  }

  /// The numbers of an input, where it is there and known.
  func numbers(_ inputs: [TracedValue?], _ index: Int) -> Numbers? {
    guard index < inputs.count, case .numbers(let numbers) = inputs[index] else { return nil }
    return numbers
  }
}

extension TracedImage {
  /// Returns whether both are the result of one layer, unchanged in between.
  fileprivate func isSame(as other: TracedImage) -> Bool {
    layer == other.layer && revision == other.revision && isPlain && other.isPlain
  }
}
