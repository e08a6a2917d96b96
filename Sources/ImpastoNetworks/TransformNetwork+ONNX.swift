import ImpastoModelFiles
import ImpastoTensors

extension TransformNetwork {
  /// Adds what `stylized(_:rows:filters:)` computes to an ONNX graph, in which images are NCHW.
  ///
  /// - Parameters:
  ///   - photos: `[batch, 3, height, width]`, RGB in 0…1.
  ///   - rows: γ and β.
  /// - Returns: The same for pictures, with what exceeds the photos cut off.
  func stylized(
    _ photos: ONNXGraph.Value, rows: ONNXRows, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    var layers = ONNXLayers(of: self, rows: rows, in: &graph)
    var image = layers.centred(photos, in: &graph)
    image = layers.next(image, in: &graph)
    image = layers.next(image, .halving, in: &graph)
    image = layers.next(image, .halving, in: &graph)
    for _ in 1...architecture.residualBlocks {
      let inner = layers.next(image, in: &graph)
      image = layers.next(inner, ending: .sum(with: image), in: &graph)
    }
    image = layers.next(image, .doubling, in: &graph)
    image = layers.next(image, .doubling, in: &graph)
    image = layers.next(image, ending: .sigmoid, in: &graph)
    return layers.cropped(image, to: photos, in: &graph)
  }
}

/// The layers of a network on their way into an ONNX graph, one after the other.
private struct ONNXLayers {
  /// What a layer's convolution does to the size of an image.
  enum Sizing {
    case keeping, halving, doubling
  }

  /// What follows a layer's normalization.
  enum Ending {
    case rectifier, sigmoid
    case sum(with: ONNXGraph.Value)
  }

  private let network: TransformNetwork
  private let rows: ONNXRows
  private let borders: [Int: ONNXGraph.Value]
  private var number = 0

  init(of network: TransformNetwork, rows: ONNXRows, in graph: inout ONNXGraph) {
    self.network = network
    self.rows = rows
    var borders: [Int: ONNXGraph.Value] = [:]
    for width in [1, 4] {
      borders[width] = graph.constant(
        [0, 0, width, width, 0, 0, width, width], named: "border.\(width)")
    }
    self.borders = borders
  }

  /// Adds (255 x − 128)/128, which the first layer reads.
  func centred(_ photos: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    let factor = graph.constant(Tensor([255 / 128], shape: []), named: "centring.factor")
    let one = graph.constant(Tensor([1], shape: []), named: "centring.one")
    let scaled = graph.apply("Mul", to: [photos, factor], named: "centring.scaled")
    return graph.apply("Sub", to: [scaled, one], named: "centred")
  }

  /// Adds the next layer.
  mutating func next(
    _ image: ONNXGraph.Value, _ sizing: Sizing = .keeping, ending: Ending = .rectifier,
    in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    defer { number += 1 }
    let layer = network.architecture.layers[number]
    let convolved = convolved(image, layer, sizing, in: &graph)
    let normalized = rows.normalized(convolved, layer, number: number, in: &graph)
    return switch ending {
    case .rectifier: graph.apply("Relu", to: [normalized], named: layer.name)
    case .sigmoid: graph.apply("Sigmoid", to: [normalized], named: layer.name)
    case .sum(let other): graph.apply("Add", to: [normalized, other], named: layer.name)
    }
  }

  private func convolved(
    _ image: ONNXGraph.Value, _ layer: TransformArchitecture.Layer, _ sizing: Sizing,
    in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    guard let border = borders[layer.kernel / 2] else {
      preconditionFailure("no border for filters of \(layer.kernel)×\(layer.kernel)")
    }
    // What doubling and mirroring leave to see of the border is the outermost pixel.
    let framed = graph.apply(
      "Pad", to: [image, border], ["mode": .text(sizing == .doubling ? "edge" : "reflect")],
      named: "\(layer.name).framed")
    let (filter, name) = (network.filters[number], "\(layer.name).convolved")
    func weights(_ numbers: Tensor) -> ONNXGraph.Value {
      graph.constant(numbers, named: "network.\(layer.name).weight")
    }
    guard sizing == .doubling else {
      let stride = sizing == .halving ? 2 : 1
      return graph.apply(
        "Conv", to: [framed, weights(filter.weightsOfConvolution)],
        ["strides": .integers([stride, stride])], named: name)
    }
    return graph.apply(
      "ConvTranspose", to: [framed, weights(filter.weightsOfTransposedConvolution)],
      ["strides": .integers([2, 2]), "pads": .integers([3, 3, 3, 3])], named: name)
  }

  /// Adds the cut to the photos' height and width, which the image has rounded up to multiples of 4.
  func cropped(
    _ image: ONNXGraph.Value, to photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let start = graph.constant([0, 0], named: "picture.start")
    let axes = graph.constant([2, 3], named: "picture.axes")
    let end = graph.apply("Shape", to: [photos], ["start": .integer(2)], named: "picture.end")
    return graph.apply("Slice", to: [image, start, end, axes], named: "picture")
  }
}
