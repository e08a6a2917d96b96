import ImpastoCompute
import ImpastoModelFiles
import ImpastoNetworks

/// Convolutions, and what stands before them: borders and doublings.
extension GraphTracer {
  /// An image with a border around it.
  func padded(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedImage {
    let wanted = node.integers("pads") ?? numbers(inputs, 1)?.integers ?? []
    var widths = [Int](repeating: 0, count: 8)
    let axes = numbers(inputs, 3)?.integers ?? [0, 1, 2, 3]
    guard wanted.count == 2 * axes.count, axes.allSatisfy({ -4..<4 ~= $0 }) else {
      throw misfit(node, "has \(wanted.count) widths for the borders of an image")
    }
    for (index, axis) in axes.enumerated() {
      let axis = (axis + 4) % 4
      (widths[axis], widths[4 + axis]) = (wanted[index], wanted[axes.count + index])
    }
    guard widths != [Int](repeating: 0, count: 8) else { return image }
    let width = widths[2]
    guard widths == [0, 0, width, width, 0, 0, width, width], width > 0,
      width <= Self.borderLimit
    else {
      throw misfit(
        node,
        """
        adds borders of \(widths), where four equally wide ones of up to \(Self.borderLimit) are \
        expected
        """)
    }
    guard image.border == nil, !image.isCropped else {
      throw misfit(node, "adds a second border to an image")
    }
    var result = image
    result.border = Frame(padding: width, border: try border(node, inputs))
    result.shape[2] += 2 * width
    result.shape[3] += 2 * width
    return result
  }

  private func border(
    _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> Frame.Border {
    switch node.text("mode") ?? "constant" {
    case "reflect": return .mirrored
    case "edge": return .repeated
    case "constant":
      let value = numbers(inputs, 2)?.scalar ?? Double(node.number("value") ?? 0)
      guard value == 0 else { throw misfit(node, "adds a border of \(value), where 0 is expected") }
      return .zeros
    case let mode: throw misfit(node, "adds a border by the mode '\(mode)'")
    }
  }

  /// An image with every pixel doubled along both axes.
  func doubled(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedImage {
    // The factors are an attribute, or an input, before which later versions have another.
    let scales =
      node.numbers("scales")?.map(Double.init)
      ?? numbers(inputs, node.operation == "Resize" && operatorSet >= 11 ? 2 : 1)?.scalars
    let sizes = numbers(inputs, 3)?.scalars
    let factors: [Double]
    if let sizes, sizes.count == 4 {
      factors = zip(sizes, image.shape).map { $0 / Double($1) }
    } else {
      factors = scales ?? []
    }
    guard factors == [1, 1, 2, 2] else {
      throw misfit(node, "scales an image by \(factors), where [1, 1, 2, 2] is expected")
    }
    guard image.isPlain else {
      throw misfit(node, "doubles an image that has a border, or is doubled or cut, already")
    }
    var result = image
    result.doubling = try doubling(node)
    result.shape = try doubled(image.shape, node)
    return result
  }

  /// The shape of an image of twice the extents.
  private func doubled(_ shape: [Int], _ node: ONNXGraph.Node) throws(ImportFault) -> [Int] {
    guard max(shape[2], shape[3]) <= Self.extentLimit / 2 else {
      throw misfit(node, "doubles an image of \(shape), which is too large already")
    }
    return [shape[0], shape[1], 2 * shape[2], 2 * shape[3]]
  }

  private func doubling(
    _ node: ONNXGraph.Node
  ) throws(ImportFault) -> Doubling {
    let isOld = node.operation == "Upsample" || operatorSet < 11
    let place = node.text("coordinate_transformation_mode") ?? (isOld ? "asymmetric" : "half_pixel")
    let rounding = node.text("nearest_mode") ?? (isOld ? "floor" : "round_prefer_floor")
    switch (node.text("mode") ?? "nearest", place, rounding) {
    // Each of these repeats every pixel where the factor is 2.
    case ("nearest", "asymmetric", "floor"),
      ("nearest", "half_pixel", "round_prefer_floor"),
      ("nearest", "half_pixel", "round_prefer_ceil"),
      ("nearest", "pytorch_half_pixel", "round_prefer_floor"),
      ("nearest", "pytorch_half_pixel", "round_prefer_ceil"):
      return .nearest
    case ("linear", "half_pixel", _), ("linear", "pytorch_half_pixel", _): return .bilinear
    case (let mode, let place, let rounding):
      throw misfit(
        node,
        "doubles an image by the mode '\(mode)' (\(place), \(rounding)), which is not read")
    }
  }

  /// The result of a convolution of an image.
  mutating func convolved(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedImage {
    let (filter, bias) = try filter(of: image, node, inputs, outputAxis: 0)
    let strides = node.integers("strides") ?? [1, 1]
    let stride = strides.first ?? 1
    guard strides == [stride, stride], stride == 1 || stride == 2 else {
      throw misfit(node, "moves by \(strides), where [1, 1] or [2, 2] is expected")
    }
    guard stride == 1 || image.doubling == nil else {
      throw misfit(node, "halves an image that was doubled")
    }
    let (kernel, outputs) = (filter.shape[2], filter.shape[0])
    let frame = try frame(of: image, node)
    let width = image.border == nil ? frame.padding : 0
    let layer = TracedLayer(
      name: node.name, kernel: kernel, inputs: image.channels, outputs: outputs,
      weights: filter.scalars, bias: bias,
      scaling: stride == 2
        ? .halved(blurred: false) : image.doubling.map { .doubled($0) } ?? .kept,
      padding: frame)
    func extent(_ extent: Int) throws(ImportFault) -> Int {
      guard extent + 2 * width >= kernel else {
        throw misfit(node, "reads an image of \(extent) pixels by filters of \(kernel)")
      }
      return (extent + 2 * width - kernel) / stride + 1
    }
    let shape = [
      image.shape[0], outputs, try extent(image.shape[2]), try extent(image.shape[3]),
    ]
    return try reading(image, node) { $0.add(layer, shape: shape) }
  }

  /// The result of a transposed convolution of an image: a convolution with zeros between its pixels.
  mutating func convolvedTransposed(
    _ image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedImage {
    let (filter, bias) = try filter(of: image, node, inputs, outputAxis: 1)
    guard filter.shape[2] == 3, node.integers("strides") == [2, 2],
      node.integers("pads") == [1, 1, 1, 1], node.integers("output_padding") == [1, 1],
      node.integers("output_shape") == nil, image.isPlain
    else {
      throw misfit(
        node,
        """
        is a transposed convolution of another kind than 3×3 with strides 2, pads 1 and \
        output_padding 1, without a border before it
        """)
    }
    let (inputs, outputs) = (filter.shape[0], filter.shape[1])
    // The filter of the convolution is turned around, and its outputs come first.
    let turned = filter.picked([outputs, inputs, 3, 3]) { [$0[1], $0[0], 2 - $0[2], 2 - $0[3]] }
    let layer = TracedLayer(
      name: node.name, kernel: 3, inputs: inputs, outputs: outputs,
      weights: turned?.scalars ?? [], bias: bias, scaling: .doubled(.zeros),
      padding: Frame(padding: 1, border: .zeros))
    let doubled = try doubled(image.shape, node)
    let shape = [doubled[0], outputs, doubled[2], doubled[3]]
    return try reading(image, node) { $0.add(layer, shape: shape) }
  }

  /// A convolution's filter, square and of the image's channels, and its bias.
  private func filter(
    of image: TracedImage, _ node: ONNXGraph.Node, _ inputs: [TracedValue?], outputAxis: Int
  ) throws(ImportFault) -> (filter: Numbers, bias: [Double]) {
    guard let filter = numbers(inputs, 1), filter.shape.count == 4,
      filter.shape[2] == filter.shape[3], filter.shape[1 - outputAxis] == image.channels,
      !filter.scalars.isEmpty
    else {
      let shape = numbers(inputs, 1)?.shape.description ?? "no constant"
      throw misfit(
        node, "has filters of \(shape) for \(image.channels) channels; square ones are expected")
    }
    guard node.integer("group") ?? 1 == 1 else {
      throw misfit(node, "is a convolution in groups, which is not read")
    }
    guard node.integers("dilations") ?? [1, 1] == [1, 1] else {
      throw misfit(node, "is a dilated convolution, which is not read")
    }
    guard ["NOTSET", "VALID"].contains(node.text("auto_pad") ?? "NOTSET") else {
      throw misfit(node, "leaves the width of its border to the operator; write it as pads")
    }
    let outputs = filter.shape[outputAxis]
    let bias = numbers(inputs, 2)?.scalars ?? [Double](repeating: 0, count: outputs)
    guard bias.count == outputs, inputs.count < 3 || numbers(inputs, 2) != nil else {
      throw misfit(node, "has a bias of \(bias.count) numbers for \(outputs) channels")
    }
    return (filter, bias)
  }

  /// The border that a convolution reads: its own of zeros, or the one made before it.
  private func frame(of image: TracedImage, _ node: ONNXGraph.Node) throws(ImportFault) -> Frame {
    let pads = node.integers("pads") ?? [0, 0, 0, 0]
    let width = pads.first ?? 0
    guard pads == [width, width, width, width], 0...Self.borderLimit ~= width else {
      throw misfit(
        node, "has pads of \(pads), where four equal ones of up to \(Self.borderLimit) are expected"
      )
    }
    if let border = image.border {
      guard width == 0 else { throw misfit(node, "adds a second border to an image") }
      return border
    }
    return Frame(padding: width, border: .zeros)
  }

  /// Adds a layer that reads `image`, which must be the last one's or the photo.
  private mutating func reading(
    _ image: TracedImage, _ node: ONNXGraph.Node,
    _ add: (inout Self) -> TracedImage
  ) throws(ImportFault) -> TracedImage {
    guard !image.isCropped, image.layer ?? -1 == network.layers.count - 1 else {
      throw misfit(node, "reads another image than that of the layer before it")
    }
    guard network.output.isIdentity else {
      throw misfit(node, "reads an image that was scaled after its activation")
    }
    read(image, by: node)
    return add(&self)
  }
}
