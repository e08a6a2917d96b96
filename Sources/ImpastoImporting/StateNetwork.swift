import ImpastoCompute
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors

/// A network of the family of pytorch/examples' `fast_neural_style`, from the tensors that its module
/// keeps.
///
/// The convolutions `conv1` …, of which all but the first halve the image; residual blocks `res1` … of
/// two convolutions each; and `deconv1` …, of which all but the last double it. Every one but the
/// last is followed by an instance normalization; every border is mirrored.
///
/// Source: the names and shapes are those of `TransformerNet` in pytorch/examples.
struct StateNetwork {
  private let tensors: [String: StoredTensor]
  private var read: Set<String> = []
  private(set) var network = TracedNetwork()

  /// PyTorch's ε.
  private static let epsilon = 1e-5

  /// Reads the network that `tensors` are of.
  static func network(of tensors: [String: StoredTensor]) throws(ImportFault) -> TracedNetwork {
    var reader = StateNetwork(tensors: tensors)
    try reader.addLayers()
    try reader.checkRest()
    return reader.network
  }

  private init(tensors: [String: StoredTensor]) { self.tensors = tensors }

  private mutating func addLayers() throws(ImportFault) {
    if tensors["deconv1.conv2d.weight"] == nil, tensors["deconv1.weight"] != nil {
      throw .network(
        """
        'deconv1.weight' is of a transposed convolution, of which a file of tensors does not tell how \
        it pads; export the network as ONNX and import that
        """)
    }
    let halvings = count("conv", ".conv2d.weight")
    let doublings = count("deconv", ".conv2d.weight")
    for number in 1...max(halvings, 1) {
      try add(
        "conv\(number).conv2d", norm: "in\(number)",
        scaling: number == 1 ? .kept : .halved(blurred: false))
    }
    for block in 0..<count("res", ".conv1.conv2d.weight") {
      let name = "res\(block + 1)"
      let input = network.layers.count - 1
      try add("\(name).conv1.conv2d", norm: "\(name).in1", scaling: .kept)
      try add("\(name).conv2.conv2d", norm: "\(name).in2", scaling: .kept, addend: input)
    }
    for number in 1...max(doublings, 1) {
      let isLast = number == max(doublings, 1)
      try add(
        "deconv\(number).conv2d", norm: isLast ? nil : "in\(max(halvings, 1) + number)",
        scaling: isLast ? .kept : .doubled(.nearest))
    }
  }

  /// The number of tensors whose names differ by a number, from 1 on.
  private func count(_ prefix: String, _ suffix: String) -> Int {
    var count = 0
    while tensors["\(prefix)\(count + 1)\(suffix)"] != nil { count += 1 }
    return count
  }

  private mutating func add(
    _ name: String, norm: String?, scaling: TransformArchitecture.Layer.Scaling,
    addend: Int? = nil
  ) throws(ImportFault) {
    let inputs = network.layers.last?.outputs ?? 3
    let weights = try tensor("\(name).weight", "[outputs, \(inputs), kernel, kernel]") { shape in
      shape.count == 4 && shape[1] == inputs && shape[2] == shape[3] && shape[2] % 2 == 1
    }
    let (outputs, kernel) = (weights.shape[0], weights.shape[2])
    func list(_ name: String) throws(ImportFault) -> [Double] {
      try tensor(name, "[\(outputs)]") { $0 == [outputs] }.floats().map(Double.init)
    }
    var layer = TracedLayer(
      name: name, kernel: kernel, inputs: inputs, outputs: outputs,
      weights: weights.floats().map(Double.init), bias: try list("\(name).bias"),
      scaling: scaling, padding: Frame(padding: kernel / 2))
    if let norm {
      layer.normalization = TracedLayer.Normalization(
        epsilon: Self.epsilon, scale: [try list("\(norm).weight")],
        shift: [try list("\(norm).bias")])
      layer.activation = addend == nil ? .rectified : .linear
    }
    layer.addend = addend
    network.layers.append(layer)
  }

  private mutating func tensor(
    _ name: String, _ expected: String, _ isExpected: ([Int]) -> Bool
  ) throws(ImportFault) -> StoredTensor {
    let found = tensors[name]
    guard let found, isExpected(found.shape.dimensions) else {
      throw .tensor(name, found: found.map { "\($0.shape.dimensions)" }, expected: expected)
    }
    read.insert(name)
    return found
  }

  /// Checks that no tensor is left but the statistics that old versions kept and never used.
  private func checkRest() throws(ImportFault) {
    let unused = ["running_mean", "running_var", "num_batches_tracked"]
    let rest = tensors.keys.filter { name in
      !read.contains(name) && !unused.contains { name.hasSuffix(".\($0)") }
    }
    if let name = rest.min() {
      throw .surplusTensor(name, shape: "\(tensors[name]?.shape.dimensions ?? [])")
    }
  }
}
