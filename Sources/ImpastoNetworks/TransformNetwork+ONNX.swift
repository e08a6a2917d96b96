import ImpastoCompute
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
    let layers = architecture.layers
    let widths = Set(layers.map(\.frame.padding)).sorted()
    let borders = Dictionary(
      uniqueKeysWithValues: widths.map { width in
        (width, graph.constant([0, 0, width, width, 0, 0, width, width], named: "border.\(width)"))
      })
    var image = Self.centred(photos, in: &graph)
    var blockInput = image
    for (number, layer) in layers.enumerated() {
      if layer.blockPart == .first { blockInput = image }
      guard let border = borders[layer.frame.padding] else {
        preconditionFailure("no border of \(layer.frame.padding) pixels")
      }
      // What doubling and mirroring leave to see of the border is the outermost pixel.
      let mode = layer.frame.border == .repeated ? "edge" : "reflect"
      let framed = graph.apply(
        "Pad", to: [image, border], ["mode": .text(mode)], named: "\(layer.name).framed")
      let convolved = Self.convolved(framed, layer, filters[number], in: &graph)
      let normalized = rows.normalized(convolved, layer, number: number, in: &graph)
      image =
        switch layer.activation {
        case .linear: normalized
        case .rectified: graph.apply("Relu", to: [normalized], named: layer.name)
        case .sigmoid: graph.apply("Sigmoid", to: [normalized], named: layer.name)
        }
      if layer.blockPart == .second {
        image = graph.apply("Add", to: [image, blockInput], named: layer.name)
      }
    }
    return Self.cropped(image, to: photos, in: &graph)
  }

  /// Adds (255 x − 128)/128, which the first layer reads.
  private static func centred(
    _ photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let factor = graph.constant(Tensor([255 / 128], shape: []), named: "centring.factor")
    let one = graph.constant(Tensor([1], shape: []), named: "centring.one")
    let scaled = graph.apply("Mul", to: [photos, factor], named: "centring.scaled")
    return graph.apply("Sub", to: [scaled, one], named: "centred")
  }

  /// Adds the convolution of a framed image.
  private static func convolved(
    _ framed: ONNXGraph.Value, _ layer: TransformArchitecture.Layer, _ filter: ConvolutionFilter,
    in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let name = "\(layer.name).convolved"
    func weights(_ numbers: Tensor) -> ONNXGraph.Value {
      graph.constant(numbers, named: "network.\(layer.name).weight")
    }
    guard layer.scaling == .doubled else {
      let stride = layer.scaling == .halved ? 2 : 1
      return graph.apply(
        "Conv", to: [framed, weights(filter.weightsOfConvolution)],
        ["strides": .integers([stride, stride])], named: name)
    }
    return graph.apply(
      "ConvTranspose", to: [framed, weights(filter.weightsOfTransposedConvolution)],
      ["strides": .integers([2, 2]), "pads": .integers([3, 3, 3, 3])], named: name)
  }

  /// Adds the cut to the photos' height and width, which the image has rounded up to multiples of 4.
  private static func cropped(
    _ image: ONNXGraph.Value, to photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let start = graph.constant([0, 0], named: "picture.start")
    let axes = graph.constant([2, 3], named: "picture.axes")
    let end = graph.apply("Shape", to: [photos], ["start": .integer(2)], named: "picture.end")
    return graph.apply("Slice", to: [image, start, end, axes], named: "picture")
  }
}
