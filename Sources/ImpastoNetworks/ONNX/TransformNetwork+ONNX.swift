import ImpastoCompute
import ImpastoModelFiles
import ImpastoTensors

extension TransformNetwork {
  /// Adds what `stylized(_:rows:variables:)` computes to an ONNX graph, in which images are NCHW.
  ///
  /// - Parameters:
  ///   - photos: `[batch, 3, height, width]`, RGB in 0…1.
  ///   - rows: γ and β.
  /// - Returns: The same for pictures, with what exceeds the photos cut off.
  func stylized(
    _ photos: ONNXGraph.Value, rows: ONNXRows, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let input = architecture.input
    // Levels are 255 times the photos' numbers.
    let centered = graph.mapped(
      photos, scale: input.divisor.map { 255 / $0 },
      shift: zip(input.mean, input.divisor).map { -$0 / $1 }, named: "centered")
    var operations = ONNXOperations(network: self, rows: rows, graph: graph)
    let image = architecture.run(architecture.layers.indices, from: centered, with: &operations)
    graph = operations.graph
    return Self.cropped(pixels(image, in: &graph), to: photos, in: &graph)
  }

  /// Adds what makes the last layer's output RGB in 0…1.
  private func pixels(_ image: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    guard !architecture.givesUnitRange else { return image }
    let affine = architecture.output.affine
    let mapped = graph.mapped(image, scale: affine.scale, shift: affine.shift, named: "pixels")
    return graph.clipped(mapped, to: 0...1, named: "pixels.clipped")
  }

  /// Adds the cut to the photos' height and width, which the image has rounded up.
  private static func cropped(
    _ image: ONNXGraph.Value, to photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let start = graph.constant([0, 0], named: "picture.start")
    let axes = graph.constant([2, 3], named: "picture.axes")
    let end = graph.apply("Shape", to: [photos], ["start": .integer(2)], named: "picture.end")
    return graph.apply("Slice", to: [image, start, end, axes], named: "picture")
  }
}

extension TransformArchitecture {
  /// Indicates whether what the last layer gives lies within 0…1 as it is.
  fileprivate var givesUnitRange: Bool { output == .unit && layers.last?.activation == .sigmoid }
}

/// The layers of a network as nodes of a graph.
private struct ONNXOperations: NetworkOperations {
  let network: TransformNetwork
  let rows: ONNXRows
  var graph: ONNXGraph
  /// The borders that are used, by their width.
  private var borders: [Int: ONNXGraph.Value] = [:]

  init(network: TransformNetwork, rows: ONNXRows, graph: ONNXGraph) {
    (self.network, self.rows, self.graph) = (network, rows, graph)
    for width in Set(network.architecture.layers.map(\.frame.padding)).sorted() where width > 0 {
      borders[width] = self.graph.constant(
        [0, 0, width, width, 0, 0, width, width], named: "border.\(width)")
    }
  }

  mutating func convolved(_ input: ONNXGraph.Value, layer: Int) -> ONNXGraph.Value {
    let (description, own) = (network.architecture.layers[layer], network.parameters[layer])
    let framed = framed(input, description)
    let name = "\(description.name).convolved"
    switch description.scaling {
    case .doubled(.bilinear):
      return rearranged(
        convolution(of: framed, description, own, named: "\(name).groups"), by: 2, name)
    case .doubled:
      return graph.apply(
        "ConvTranspose", to: [framed, weights(description, own)],
        ["strides": .integers([2, 2]), "pads": .integers([3, 3, 3, 3])], named: name)
    case .rearranged(let factor):
      var groups = convolution(of: framed, description, own, named: "\(name).groups")
      if description.biasesBeforeRearranging, let bias = own.shift {
        groups = biased(groups, by: bias, description)
      }
      return rearranged(groups, by: factor, name)
    case .kept, .halved:
      return convolution(of: framed, description, own, named: name)
    }
  }

  mutating func finished(
    _ convolution: ONNXGraph.Value, layer: Int, adding addend: ONNXGraph.Value?
  ) -> ONNXGraph.Value {
    let (description, own) = (network.architecture.layers[layer], network.parameters[layer])
    let normalized = normalized(convolution, layer, description, own)
    let image = activated(normalized, description)
    guard let addend else { return image }
    return graph.apply("Add", to: [image, addend], named: description.name)
  }

  private mutating func framed(
    _ image: ONNXGraph.Value, _ layer: TransformArchitecture.Layer
  ) -> ONNXGraph.Value {
    guard let border = borders[layer.frame.padding] else { return image }
    let mode =
      switch layer.frame.border {
      case .mirrored: "reflect"
      case .repeated: "edge"
      case .zeros: "constant"
      }
    return graph.apply(
      "Pad", to: [image, border], ["mode": .text(mode)], named: "\(layer.name).framed")
  }

  private mutating func convolution(
    of framed: ONNXGraph.Value, _ layer: TransformArchitecture.Layer, _ own: LayerParameters,
    named name: String
  ) -> ONNXGraph.Value {
    graph.apply(
      "Conv", to: [framed, weights(layer, own)],
      ["strides": .integers([layer.stride, layer.stride])], named: name)
  }

  /// Adds a layer's filter, merged with the step before it.
  ///
  /// The file keeps the filter as the network has it and the graph merges it, A·w·Aᵀ, which
  /// runtimes do once, when they load it: a filter could not be taken out of a merged one bit for
  /// bit.
  private mutating func weights(
    _ layer: TransformArchitecture.Layer, _ own: LayerParameters
  ) -> ONNXGraph.Value {
    let name = layer.filterName
    let weights = graph.constant(own.filter.weightsOfConvolution, named: name)
    guard let merging = layer.merging else { return weights }
    let matrix = merging.matrix(kernel: layer.kernel)
    switch merging {
    case .blur: return product(matrix, weights, named: name)
    case .doubling(.bilinear):
      let size = matrix.shape[0] / 2
      let groups = graph.constant(
        [layer.outputs, layer.inputs, 2, size, 2, size], named: "\(name).groups")
      let filters = graph.constant(
        [4 * layer.outputs, layer.inputs, size, size], named: "\(name).filters")
      let grouped = graph.apply(
        "Reshape", to: [product(matrix, weights, named: name), groups], named: "\(name).grouped")
      let ordered = graph.apply(
        "Transpose", to: [grouped], ["perm": .integers([2, 4, 0, 1, 3, 5])],
        named: "\(name).ordered")
      return graph.apply("Reshape", to: [ordered, filters], named: "\(name).merged")
    case .doubling:
      let rows = matrix.rows(FilterMerging.orderOfTransposedConvolution)
      return graph.apply(
        "Transpose", to: [product(rows, weights, named: name)],
        ["perm": .integers([1, 0, 2, 3])], named: "\(name).merged")
    }
  }

  /// Adds A·w·Aᵀ for the height and width of each filter w.
  private mutating func product(
    _ matrix: Tensor, _ weights: ONNXGraph.Value, named name: String
  ) -> ONNXGraph.Value {
    let left = graph.constant(matrix, named: "\(name).left")
    let right = graph.constant(matrix.transposed, named: "\(name).right")
    let rows = graph.apply("MatMul", to: [left, weights], named: "\(name).rows")
    return graph.apply("MatMul", to: [rows, right], named: "\(name).product")
  }

  private mutating func rearranged(
    _ groups: ONNXGraph.Value, by factor: Int, _ name: String
  ) -> ONNXGraph.Value {
    graph.apply(
      "DepthToSpace", to: [groups], ["blocksize": .integer(factor), "mode": .text("DCR")],
      named: name)
  }

  private mutating func normalized(
    _ convolution: ONNXGraph.Value, _ layer: Int, _ description: TransformArchitecture.Layer,
    _ own: LayerParameters
  ) -> ONNXGraph.Value {
    let name = "\(description.name).normalized"
    switch description.normalization {
    case .conditional(let epsilon):
      let isLast = layer + 1 == network.architecture.layers.count
      return rows.normalized(
        convolution, description, isLast: isLast, epsilon: epsilon, in: &graph)
    case .fixed(let epsilon):
      guard let scale = own.scale, let shift = own.shift else {
        preconditionFailure("\(description.name) lacks its γ and β")
      }
      let vectors = [
        graph.constant(scale, named: "network.\(description.name).gamma"),
        graph.constant(shift, named: "network.\(description.name).beta"),
      ]
      return graph.apply(
        "InstanceNormalization", to: [convolution] + vectors, ["epsilon": .number(epsilon)],
        named: name)
    case .none:
      guard !description.biasesBeforeRearranging, let bias = own.shift else { return convolution }
      return biased(convolution, by: bias, description)
    }
  }

  private mutating func biased(
    _ image: ONNXGraph.Value, by bias: Tensor, _ layer: TransformArchitecture.Layer
  ) -> ONNXGraph.Value {
    let column = bias.reshaped(to: [1, bias.count, 1, 1])
    let addend = graph.constant(column, named: layer.shiftName ?? "")
    return graph.apply("Add", to: [image, addend], named: "\(layer.name).biased")
  }

  private mutating func activated(
    _ image: ONNXGraph.Value, _ layer: TransformArchitecture.Layer
  ) -> ONNXGraph.Value {
    // An addition that follows takes the layer's name.
    let name = layer.name
    switch layer.activation {
    case .linear: return image
    case .rectified: return graph.apply("Relu", to: [image], named: name)
    case .leaky(let slope):
      return graph.apply("LeakyRelu", to: [image], ["alpha": .number(slope)], named: name)
    case .sigmoid: return graph.apply("Sigmoid", to: [image], named: name)
    case .tanh(let scale):
      let tanh = graph.apply("Tanh", to: [image], named: "\(name).tanh")
      let factor = graph.constant(Tensor([scale], shape: []), named: "\(name).scale")
      return graph.apply("Mul", to: [tanh, factor], named: name)
    case .clamped(let range): return graph.clipped(image, to: range, named: name)
    }
  }
}

extension ONNXGraph {
  /// Adds a factor and an addend for each channel.
  fileprivate mutating func mapped(
    _ image: Value, scale: [Float], shift: [Float], named name: String
  ) -> Value {
    func column(_ numbers: [Float], _ part: String) -> Value {
      constant(Tensor(numbers, shape: [1, numbers.count, 1, 1]), named: "\(name).\(part)")
    }
    let scaled = apply("Mul", to: [image, column(scale, "scale")], named: "\(name).scaled")
    return apply("Add", to: [scaled, column(shift, "shift")], named: name)
  }

  /// Adds what keeps numbers within `range`.
  fileprivate mutating func clipped(
    _ image: Value, to range: ClosedRange<Float>, named name: String
  ) -> Value {
    let bounds = [(range.lowerBound, "minimum"), (range.upperBound, "maximum")].map {
      constant(Tensor([$0], shape: []), named: "\(name).\($1)")
    }
    return apply("Clip", to: [image] + bounds, named: name)
  }
}

extension Tensor {
  /// Some rows of a matrix.
  fileprivate func rows(_ places: [Int]) -> Tensor {
    let (columns, scalars) = (shape[1], scalars)
    return Tensor(
      places.flatMap { scalars[$0 * columns..<($0 + 1) * columns] }, shape: [places.count, columns])
  }

  /// A matrix turned over.
  fileprivate var transposed: Tensor {
    let (rows, columns, scalars) = (shape[0], shape[1], scalars)
    return Tensor(
      (0..<columns).flatMap { column in (0..<rows).map { scalars[$0 * columns + column] } },
      shape: [columns, rows])
  }
}
