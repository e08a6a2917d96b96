import ImpastoImporting
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

/// Graphs that are nearly a network.
@Suite struct GraphTracerTests {
  private typealias Value = ONNXGraph.Value

  /// What is wrong with a graph that makes something of a photo `[1, 3, any, any]`.
  private func fault(
    _ extents: [ONNXGraph.Extent] = [.fixed(1), .fixed(3), .free("h"), .free("w")],
    _ body: (inout ONNXGraph, Value) -> Value
  ) -> String? {
    var graph = ONNXGraph(name: "trial")
    let photo = graph.input("photo", extents, meaning: "")
    let picture = body(&graph, photo)
    graph.output(picture, [], meaning: "")
    let model = ONNXFile.Model(graph: graph, operatorSet: 18, metadata: [:])
    let error = #expect(throws: ImportFault.self) { _ = try GraphTracer.network(of: model) }
    return error?.description
  }

  /// A convolution of `image` to `outputs` channels.
  private func convolved(
    _ image: Value, _ inputs: Int, _ outputs: Int, kernel: Int = 3,
    _ attributes: [String: ONNXGraph.Attribute] = ["pads": .integers([1, 1, 1, 1])],
    named name: String = "conv", in graph: inout ONNXGraph
  ) -> Value {
    let filter = graph.constant(
      Tensor(repeating: 0.1, shape: [outputs, inputs, kernel, kernel]), named: "\(name).w")
    return graph.apply("Conv", to: [image, filter], attributes, named: name)
  }

  @Test func `an input that is no photo is refused`() {
    #expect(
      fault([.fixed(1), .fixed(256), .fixed(256), .fixed(3)]) { $1 }
        == "'photo' of shape [1, 256, 256, 3] is no photo: [1, 3, height, width] is expected")
    #expect(
      fault([.free("n"), .fixed(3), .fixed(8)]) { $1 }
        == "'photo' of shape [any, 3, 8] is neither the photo nor a list of weights, one for each"
        + " style")
    #expect(
      fault { _, photo in photo } == "the output 'photo' is not what the last convolution makes")
  }

  @Test(arguments: ["MaxPool", "Softmax", "Transpose", "Gather", "Loop"])
  func `an operator that no layer has is named`(operation: String) {
    let text = fault { graph, photo in
      graph.apply(operation, to: [photo], named: "odd")
    }
    #expect(text == "node 'odd' (\(operation)) is an operator that no layer has")
  }

  @Test(
    arguments: [
      (["group": .integer(3)], "is a convolution in groups, which is not read"),
      (["dilations": .integers([2, 2])], "is a dilated convolution, which is not read"),
      (
        ["auto_pad": .text("SAME_UPPER")],
        "leaves the width of its border to the operator; write it as pads"
      ),
      (["strides": .integers([3, 3])], "moves by [3, 3], where [1, 1] or [2, 2] is expected"),
      (
        ["pads": .integers([0, 0, 1, 1])],
        "has pads of [0, 0, 1, 1], where four equal ones of up to 16 are expected"
      ),
    ] as [([String: ONNXGraph.Attribute], String)])
  func `a convolution of another kind is refused`(
    attributes: [String: ONNXGraph.Attribute], reason: String
  ) {
    let text = fault { convolved($1, 3, 3, attributes, in: &$0) }
    #expect(text == "node 'conv' (Conv) \(reason)")
  }

  @Test func `filters for other channels are refused`() {
    #expect(
      fault { convolved($1, 4, 3, in: &$0) }
        == "node 'conv' (Conv) has filters of [3, 4, 3, 3] for 3 channels; square ones are expected"
    )
  }

  @Test func `borders and doublings that no layer has are refused`() {
    func padded(_ widths: [Int], _ mode: String) -> String? {
      fault { graph, photo in
        let widths = graph.constant(widths, named: "widths")
        return graph.apply("Pad", to: [photo, widths], ["mode": .text(mode)], named: "pad")
      }
    }
    #expect(
      padded([0, 0, 1, 2, 0, 0, 1, 2], "reflect")
        == "node 'pad' (Pad) adds borders of [0, 0, 1, 2, 0, 0, 1, 2], where four equally wide ones"
        + " of up to 16 are expected")
    #expect(
      padded([0, 0, 1 << 62, 1 << 62, 0, 0, 1 << 62, 1 << 62], "reflect")?.hasSuffix(
        "where four equally wide ones of up to 16 are expected") == true)
    #expect(
      padded([0, 0, 1, 1, 0, 0, 1, 1], "wrap")
        == "node 'pad' (Pad) adds a border by the mode 'wrap'")
    func scaled(_ factors: [Float], _ mode: String) -> String? {
      fault { graph, photo in
        let region = graph.constant(Tensor(zeros: [0]), named: "region")
        let factors = graph.constant(Tensor(factors, shape: [factors.count]), named: "factors")
        return graph.apply(
          "Resize", to: [photo, region, factors], ["mode": .text(mode)], named: "resize")
      }
    }
    #expect(
      scaled([1, 1, 3, 3], "nearest")
        == "node 'resize' (Resize) scales an image by [1.0, 1.0, 3.0, 3.0], where [1, 1, 2, 2] is"
        + " expected")
    #expect(
      scaled([1, 1, 2, 2], "cubic")
        == "node 'resize' (Resize) doubles an image by the mode 'cubic' (half_pixel,"
        + " round_prefer_floor), which is not read")
  }

  @Test func `images that grow without end are refused`() {
    let text = fault { graph, photo in
      let factors = graph.constant(Tensor([1, 1, 2, 2], shape: [4]), named: "factors")
      var image = photo
      for number in 0..<45 {
        let doubled = graph.apply("Upsample", to: [image, factors], named: "double.\(number)")
        image = convolved(
          doubled, 3, 3, kernel: 1, [:], named: "conv.\(number)", in: &graph)
      }
      return image
    }
    #expect(
      text
        == "node 'double.17' (Upsample) doubles an image of [1, 3, 8388608, 12582912], which is too"
        + " large already")
  }

  @Test func `a photo whose colours are cut off is refused, and one that is not is read`() throws {
    func network(_ bounds: [Float]) throws -> StyleModel {
      var graph = ONNXGraph(name: "trial")
      let photo = graph.input("photo", [.fixed(1), .fixed(3), .free("h"), .free("w")], meaning: "")
      let ends = bounds.map { graph.constant(Tensor([$0], shape: []), named: "end.\($0)") }
      let clipped = graph.apply("Clip", to: [photo] + ends, named: "clip")
      graph.output(convolved(clipped, 3, 3, in: &graph), [], meaning: "")
      let model = ONNXFile.Model(graph: graph, operatorSet: 18, metadata: [:])
      return try GraphTracer.network(of: model).model(
        styles: [StyleDescription(name: "a")], trainingSettings: [:])
    }
    _ = try network([0, 255])
    let error = #expect(throws: ImportFault.self) { _ = try network([0, 100]) }
    #expect(
      error?.description
        == "node 'clip' (Clip) cuts the photo's colours off at 0.0...100.0, which no layer does")
  }

  @Test func `weights that are not finite are refused`() throws {
    var graph = ONNXGraph(name: "trial")
    let photo = graph.input("photo", [.fixed(1), .fixed(3), .free("h"), .free("w")], meaning: "")
    let filter = graph.constant(
      Tensor(repeating: .nan, shape: [3, 3, 1, 1]), named: "filter")
    graph.output(graph.apply("Conv", to: [photo, filter], named: "conv"), [], meaning: "")
    let model = ONNXFile.Model(graph: graph, operatorSet: 18, metadata: [:])
    let network = try GraphTracer.network(of: model)
    let error = #expect(throws: ImportFault.self) {
      _ = try network.model(styles: [StyleDescription(name: "a")], trainingSettings: [:])
    }
    #expect(
      error?.description == "'conv' and what follows it have numbers that are not finite")
  }

  @Test func `what branches is refused`() {
    let branched = fault { graph, photo in
      let first = convolved(photo, 3, 4, named: "first", in: &graph)
      let second = convolved(first, 4, 4, named: "second", in: &graph)
      _ = second
      return convolved(first, 4, 3, named: "third", in: &graph)
    }
    #expect(
      branched == "node 'third' (Conv) reads another image than that of the layer before it")
    let changed = fault { graph, photo in
      let first = convolved(photo, 3, 3, named: "first", in: &graph)
      let second = convolved(first, 3, 3, named: "second", in: &graph)
      let activated = graph.apply("Relu", to: [first], named: "activated")
      return graph.apply("Add", to: [second, activated], named: "sum")
    }
    #expect(
      changed == "node 'second' (Conv) reads what is changed for others, which no layer does")
  }

  @Test func `arithmetic that grows without end is refused`() {
    let text = fault { graph, photo in
      let huge = graph.constant([1 << 20, 1 << 20, 1 << 20], named: "huge")
      return graph.apply("ConstantOfShape", to: [huge], named: "fill")
    }
    #expect(
      text
        == "node 'fill' (ConstantOfShape) does what is not computed here, or what its inputs do not"
        + " allow")
  }

  @Test func `arithmetic that takes too much memory in all is refused`() {
    let text = fault { graph, photo in
      let large = graph.constant([1 << 12, 1 << 12], named: "large")
      for number in 0..<3 {
        _ = graph.apply("ConstantOfShape", to: [large], named: "fill.\(number)")
      }
      return photo
    }
    #expect(
      text
        == "node 'fill.2' (ConstantOfShape) does what is not computed here, or what its inputs do not"
        + " allow")
  }

  @Test func `styles that are multiplied are refused`() {
    var graph = ONNXGraph(name: "trial")
    _ = graph.input("photo", [.fixed(1), .fixed(3), .free("h"), .free("w")], meaning: "")
    let weights = graph.input("weights", [.fixed(4)], meaning: "")
    graph.output(
      graph.apply("Mul", to: [weights, weights], named: "square"), [], meaning: "")
    let model = ONNXFile.Model(graph: graph, operatorSet: 18, metadata: [:])
    let error = #expect(throws: ImportFault.self) { _ = try GraphTracer.network(of: model) }
    #expect(
      error?.description == "node 'square' (Mul) is no sum of the styles by their weights")
  }
}
