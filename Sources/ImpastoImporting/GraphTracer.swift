import ImpastoCompute
package import ImpastoModelFiles
import ImpastoNetworks

/// Follows a graph from the photo to the picture, and writes down the layers that it passes.
///
/// It is followed for a photo of one size: that in the file, where one is written there. What the
/// graph computes of extents is then known, and only layers are left. These say what happens at any
/// other size.
package struct GraphTracer {
  let operatorSet: Int
  var network = TracedNetwork()
  /// The number of changes of the photo, and then of each layer's result.
  private var revisions = [0]
  /// The results that were read, as they were then.
  private var readings: [(layer: Int?, revision: Int, node: ONNXGraph.Node)] = []
  private var values: [ONNXGraph.Value: TracedValue] = [:]
  /// The numbers that nodes have made so far.
  private var madeCount = 0
  private(set) var photo = TracedImage(layer: nil, revision: 0, shape: [])

  /// The largest extent of an image, and the widest border.
  static let (extentLimit, borderLimit) = (1 << 24, 16)
  /// The extents of the photo that a graph for any size is followed for.
  private static let extents = (height: 64, width: 96)
  /// The most styles.
  private static let styleLimit = 1024

  /// Follows the graph of `model`.
  package static func network(of model: ONNXFile.Model) throws(ImportFault) -> TracedNetwork {
    var tracer = GraphTracer(operatorSet: model.operatorSet)
    for (value, numbers) in model.graph.constants {
      tracer.values[value] = .numbers(Numbers(numbers))
    }
    try tracer.enter(model.graph.inputs)
    for node in model.graph.nodes { try tracer.follow(node) }
    try tracer.leave(by: model.graph.outputs)
    return tracer.network
  }

  private init(operatorSet: Int) { self.operatorSet = operatorSet }

  /// Takes the photo, and the weights of the styles where they are an input.
  private mutating func enter(_ ports: [ONNXGraph.Port]) throws(ImportFault) {
    var hasPhoto = false
    for port in ports {
      let fixed = port.extents.map { extent in
        if case .fixed(let count) = extent { count } else { nil as Int? }
      }
      func misfit(_ reason: String) -> ImportFault {
        .port(port.value.name, shape: Self.text(of: fixed), reason: reason)
      }
      switch fixed.count {
      case 4 where !hasPhoto:
        guard fixed[1] ?? 3 == 3 else {
          throw misfit("is no photo: [1, 3, height, width] is expected")
        }
        photo = TracedImage(
          layer: nil, revision: 0,
          shape: [
            fixed[0] ?? 1, 3, fixed[2] ?? Self.extents.height, fixed[3] ?? Self.extents.width,
          ])
        values[port.value] = .image(photo)
        hasPhoto = true
      case 1, 2:
        let shape = fixed.map { $0 ?? 1 }
        guard let count = shape.last, shape.dropLast().allSatisfy({ $0 == 1 }),
          1...Self.styleLimit ~= count, network.styleCount == 1
        else { throw misfit("is no list of weights, one for each style") }
        network.styleCount = count
        values[port.value] = .rows(
          (0..<count).map { style in
            Numbers(shape: shape, scalars: (0..<count).map { $0 == style ? 1 : 0 })
          })
      default: throw misfit("is neither the photo nor a list of weights, one for each style")
      }
    }
    guard hasPhoto else { throw .network("the graph has no input for a photo") }
  }

  /// Checks that what comes out is the last layer's picture.
  private func leave(by ports: [ONNXGraph.Port]) throws(ImportFault) {
    guard let port = ports.first, ports.count == 1 else {
      throw .network("the graph has \(ports.count) outputs, where one picture is expected")
    }
    guard case .image(let picture) = values[port.value], let last = picture.layer,
      last == network.layers.count - 1, picture.revision == revisions[last + 1],
      picture.doubling == nil, picture.border == nil
    else {
      throw .network("the output '\(port.value.name)' is not what the last convolution makes")
    }
    for reading in readings {
      guard reading.revision == revisions[(reading.layer ?? -1) + 1] else {
        throw .node(
          reading.node.name, operation: reading.node.operation,
          reason: "reads what is changed for others, which no layer does")
      }
    }
  }

  private mutating func follow(_ node: ONNXGraph.Node) throws(ImportFault) {
    let inputs = node.inputs.map { values[$0] }
    let value = try value(of: node, inputs)
    // Further outputs, such as the mask of a dropout, are read by none.
    if let output = node.outputs.first { values[output] = value }
  }

  private mutating func value(
    of node: ONNXGraph.Node, _ inputs: [TracedValue?]
  ) throws(ImportFault) -> TracedValue {
    let images = inputs.contains { input in
      switch input {
      case .image, .statistic: true
      default: false
      }
    }
    if images { return try imageValue(of: node, inputs) }
    let known: [Numbers?] = inputs.map {
      if case .numbers(let numbers) = $0 { numbers } else { nil }
    }
    let styled = inputs.indices.filter { if case .rows = inputs[$0] { true } else { false } }
    if styled.isEmpty {
      return .numbers(try made(by: node, known))
    }
    return .rows(try rows(of: node, inputs, known: known, styled: styled))
  }

  /// The result of a node for each style's numbers, where the styles' weights only sum up the results.
  private mutating func rows(
    of node: ONNXGraph.Node, _ inputs: [TracedValue?], known: [Numbers?], styled: [Int]
  ) throws(ImportFault) -> [Numbers] {
    let isLinear =
      switch node.operation {
      case "Reshape", "Unsqueeze", "Squeeze", "Flatten", "Slice", "Transpose", "Cast", "Identity",
        "ReduceSum", "ReduceMean", "Expand", "Neg", "Gather", "Div":
        styled == [0]
      case "Mul", "MatMul": styled.count == 1
      case "Add", "Sub": styled.count == inputs.count
      default: false
      }
    guard isLinear else { throw misfit(node, "is no sum of the styles by their weights") }
    var result: [Numbers] = []
    for style in 0..<network.styleCount {
      var parts = known
      for index in styled {
        if case .rows(let rows) = inputs[index] { parts[index] = rows[style] }
      }
      result.append(try made(by: node, parts))
    }
    return result
  }

  /// The numbers that a node makes of known ones, which all nodes together make a limited number of.
  private mutating func made(
    by node: ONNXGraph.Node, _ inputs: [Numbers?]
  ) throws(ImportFault) -> Numbers {
    let left = Numbers.limit - madeCount
    let constant = ConstantNode(node: node, inputs: inputs, operatorSet: operatorSet)
    guard let value = constant.value(), value.scalars.count <= left else {
      throw misfit(node, "does what is not computed here, or what its inputs do not allow")
    }
    madeCount += value.scalars.count
    return value
  }
}

/// The construction of layers.
extension GraphTracer {
  func misfit(_ node: ONNXGraph.Node, _ reason: String) -> ImportFault {
    .node(node.name, operation: node.operation, reason: reason)
  }

  /// Notes that `node` reads an image.
  mutating func read(_ image: TracedImage, by node: ONNXGraph.Node) {
    readings.append((image.layer, image.revision, node))
  }

  /// Adds a layer, and gives what it makes.
  mutating func add(_ layer: TracedLayer, shape: [Int]) -> TracedImage {
    network.layers.append(layer)
    revisions.append(0)
    return TracedImage(layer: network.layers.count - 1, revision: 0, shape: shape)
  }

  /// The image after its layer, or the photo, was changed for good.
  mutating func changed(
    _ image: TracedImage, by node: ONNXGraph.Node
  ) throws(ImportFault) -> TracedImage {
    let place = (image.layer ?? -1) + 1
    guard image.revision == revisions[place] else {
      throw misfit(node, "changes what another node has changed already")
    }
    guard image.isPlain else {
      throw misfit(node, "stands between a border, a doubling or a cut and a convolution")
    }
    revisions[place] += 1
    return TracedImage(layer: image.layer, revision: revisions[place], shape: image.shape)
  }

  static func text(of shape: [Int?]) -> String {
    "[\(shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))]"
  }
}
