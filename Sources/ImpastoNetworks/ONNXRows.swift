import ImpastoCompute
import ImpastoModelFiles
import ImpastoTensors

/// γ and β of a mixture in an ONNX graph: what `StyleRows` is on a tape.
struct ONNXRows {
  /// One per layer, `[channels]`.
  private var scales: [ONNXGraph.Value]
  /// One per layer, `[channels]`.
  private var shifts: [ONNXGraph.Value]
  /// What the last layer gets besides for the share of the row `photo`, `[batch, channels, 1, 1]`;
  /// nil where that row has none.
  private var photoTerms: (scale: ONNXGraph.Value, shift: ONNXGraph.Value)?

  /// Adds the γ and β of a mixture that never changes.
  ///
  /// - Parameters:
  ///   - weights: One per row of `bank`.
  ///   - photos: `[batch, 3, height, width]`, RGB in 0…1.
  init(
    of bank: StyleBank, layers: [TransformArchitecture.Layer], weights: [Float],
    photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) {
    let (bank, gain) = bank.separatingPhotoGain(layers)
    let row = bank.blended([weights], named: ["mixture"])
    func pieces(of row: Tensor, _ letter: String) -> [ONNXGraph.Value] {
      var rest = row.scalars[...]
      return layers.map { layer in
        defer { rest = rest.dropFirst(layer.outputs) }
        return graph.constant(
          Tensor(Array(rest.prefix(layer.outputs)), shape: [layer.outputs]),
          named: "\(layer.name).\(letter)")
      }
    }
    scales = pieces(of: row.scale, "gamma")
    shifts = pieces(of: row.shift, "beta")
    guard let photo = bank.photoIndex, weights[photo] != 0 else { return }
    let share = graph.constant(Tensor([weights[photo]], shape: [1, 1]), named: "photo.share")
    photoTerms = Self.photoTerms(gain: gain, share: share, photos: photos, in: &graph)
  }

  /// Adds the γ and β of a mixture that the caller gives.
  ///
  /// - Parameters:
  ///   - mixture: `[1, rows]`, one weight per row of `bank`.
  ///   - photos: `[batch, 3, height, width]`, RGB in 0…1.
  init(
    of bank: StyleBank, layers: [TransformArchitecture.Layer], mixture: ONNXGraph.Value,
    photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) {
    let (bank, gain) = bank.separatingPhotoGain(layers)
    let list = graph.constant([-1], named: "list")
    func pieces(of rows: Tensor, _ letter: String) -> [ONNXGraph.Value] {
      let matrix = graph.constant(rows, named: letter)
      let mixed = graph.apply("MatMul", to: [mixture, matrix], named: "mixture.\(letter)")
      return graph.split(
        graph.apply("Reshape", to: [mixed, list], named: "mixture.\(letter).list"),
        into: layers.map { ("\($0.name).\(letter)", $0.outputs) }, named: "layers.\(letter)")
    }
    scales = pieces(of: bank.scale, "gamma")
    shifts = pieces(of: bank.shift, "beta")
    guard let photo = bank.photoIndex else { return }
    let share = graph.apply(
      "Gather", to: [mixture, graph.constant([photo], named: "photo.row")],
      ["axis": .integer(1)], named: "photo.share")
    photoTerms = Self.photoTerms(gain: gain, share: share, photos: photos, in: &graph)
  }

  /// Adds the normalization of a layer's convolution, with the layer's γ and β.
  func normalized(
    _ convolved: ONNXGraph.Value, _ layer: TransformArchitecture.Layer, number: Int,
    in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let name = "\(layer.name).normalized"
    func normalized(
      scale: ONNXGraph.Value, shift: ONNXGraph.Value, named name: String
    ) -> ONNXGraph.Value {
      graph.apply(
        "InstanceNormalization", to: [convolved, scale, shift],
        ["epsilon": .number(ChannelStatistics.epsilon)], named: name)
    }
    guard number == scales.count - 1, let photoTerms else {
      return normalized(scale: scales[number], shift: shifts[number], named: name)
    }
    // Each photo of a batch has terms of its own, for which the operator has no place.
    let standard = normalized(
      scale: graph.constant(
        Tensor(repeating: 1, shape: [layer.outputs]), named: "\(layer.name).ones"),
      shift: graph.constant(Tensor(zeros: [layer.outputs]), named: "\(layer.name).zeros"),
      named: "\(layer.name).standardized")
    let column = graph.constant([1, layer.outputs, 1, 1], named: "\(layer.name).column")
    func total(_ part: ONNXGraph.Value, _ term: ONNXGraph.Value) -> ONNXGraph.Value {
      let part = graph.apply("Reshape", to: [part, column], named: "\(part.name).column")
      return graph.apply("Add", to: [part, term], named: "\(part.name).total")
    }
    let scaled = graph.apply(
      "Mul", to: [standard, total(scales[number], photoTerms.scale)],
      named: "\(layer.name).scaled")
    return graph.apply("Add", to: [scaled, total(shifts[number], photoTerms.shift)], named: name)
  }

  /// Adds what the photos give back: the deviation of their logits times `gain`, and the mean.
  private static func photoTerms(
    gain: Tensor, share: ONNXGraph.Value, photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) -> (scale: ONNXGraph.Value, shift: ONNXGraph.Value) {
    let (mean, deviation) = PhotoStatistics.adding(of: photos, to: &graph)
    let gain = graph.apply(
      "Mul", to: [share, graph.constant(gain, named: "photo.gamma")], named: "photo.gain")
    return (
      scale: graph.apply("Mul", to: [gain, deviation], named: "photo.scale"),
      shift: graph.apply("Mul", to: [share, mean], named: "photo.shift")
    )
  }
}

extension StyleBank {
  /// The bank with zeros for the γ of the row `photo` in the last layer, and that γ by itself,
  /// `[1, outputs, 1, 1]`: it counts times what only a photo tells.
  fileprivate func separatingPhotoGain(
    _ layers: [TransformArchitecture.Layer]
  ) -> (bank: StyleBank, gain: Tensor) {
    let outputs = layers.last?.outputs ?? 0
    var numbers = scale.scalars
    var gain = [Float](repeating: 0, count: outputs)
    if let photoIndex {
      let end = (photoIndex + 1) * scale.shape[1]
      let last = end - outputs..<end
      gain = Array(numbers[last])
      numbers.replaceSubrange(last, with: repeatElement(0, count: outputs))
    }
    return (
      StyleBank(names: names, scale: Tensor(numbers, shape: scale.shape), shift: shift),
      Tensor(gain, shape: [1, outputs, 1, 1])
    )
  }
}
