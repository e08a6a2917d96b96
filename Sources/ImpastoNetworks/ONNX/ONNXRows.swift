import ImpastoCompute
import ImpastoModelFiles
import ImpastoTensors

/// γ and β of a mixture in an ONNX graph: what `StyleRows` is on a tape.
struct ONNXRows {
  /// Of each conditional layer by its name, `[channels]`.
  private var scales: [String: ONNXGraph.Value]
  /// Of each conditional layer by its name, `[channels]`.
  private var shifts: [String: ONNXGraph.Value]
  /// The terms that the last layer gets for the share of the row `photo`, `[batch, channels, 1,
  /// 1]`; nil where that row has none.
  private var photoTerms: (scale: ONNXGraph.Value, shift: ONNXGraph.Value)?

  /// Adds the γ and β of a mixture that never changes.
  ///
  /// - Parameters:
  ///   - weights: One per row of `bank`.
  ///   - photos: `[batch, 3, height, width]`, RGB in 0…1.
  init(
    of bank: StyleBank, _ architecture: TransformArchitecture, weights: [Float],
    photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) {
    let (bank, gain) = bank.separatingPhotoGain(architecture)
    let photo = bank.photoIndex
    let early = StyleBank.encoderShares(weights, photo: photo)
    let late = StyleBank.laterShares(weights, photo: photo)
    let rows = bank.blended([early, late], named: ["early", "late"])
    func pieces(of rows: Tensor, _ letter: String) -> [String: ONNXGraph.Value] {
      let (all, length) = (rows.scalars, rows.shape[1])
      var rest = (all[..<bank.encoderChannels] + all[(length + bank.encoderChannels)...])[...]
      let pieces = architecture.layers.filter { $0.styledChannels > 0 }.map { layer in
        defer { rest = rest.dropFirst(layer.outputs) }
        let piece = graph.constant(
          Tensor(Array(rest.prefix(layer.outputs)), shape: [layer.outputs]),
          named: "\(layer.name).\(letter)")
        return (layer.name, piece)
      }
      return Dictionary(uniqueKeysWithValues: pieces)
    }
    scales = pieces(of: rows.scale, "gamma")
    shifts = pieces(of: rows.shift, "beta")
    guard let gain, let photo, weights[photo] != 0 else { return }
    let share = graph.constant(Tensor([late[photo]], shape: [1, 1]), named: "photo.share")
    photoTerms = Self.photoTerms(gain: gain, share: share, photos: photos, in: &graph)
  }

  /// Adds the γ and β of a mixture that the caller gives.
  ///
  /// - Parameters:
  ///   - mixture: `[1, rows]`, one weight per row of `bank`.
  ///   - photos: `[batch, 3, height, width]`, RGB in 0…1.
  init(
    of bank: StyleBank, _ architecture: TransformArchitecture, mixture: ONNXGraph.Value,
    photos: ONNXGraph.Value, in graph: inout ONNXGraph
  ) {
    let (bank, gain) = bank.separatingPhotoGain(architecture)
    let list = graph.constant([-1], named: "list")
    let shares = Self.shares(
      of: mixture, photo: bank.photoIndex, rows: bank.names.count, in: &graph)
    let (layers, encoderCount) = (architecture.layers, architecture.encoderCount)
    func pieces(of rows: Tensor, _ letter: String) -> [String: ONNXGraph.Value] {
      func part(
        _ shares: ONNXGraph.Value, _ columns: Range<Int>,
        _ layers: some Collection<TransformArchitecture.Layer>, _ place: String
      ) -> [(String, ONNXGraph.Value)] {
        let layers = layers.filter { $0.styledChannels > 0 }
        guard !layers.isEmpty else { return [] }
        let matrix = graph.constant(rows.columns(columns), named: "\(place).\(letter)")
        let mixed = graph.apply(
          "MatMul", to: [shares, matrix], named: "\(place).\(letter).mixture")
        let pieces = graph.split(
          graph.apply("Reshape", to: [mixed, list], named: "\(place).\(letter).list"),
          into: layers.map { ("\($0.name).\(letter)", $0.outputs) },
          named: "\(place).\(letter).layers")
        return Array(zip(layers.map(\.name), pieces))
      }
      let first = bank.encoderChannels
      let early = part(shares.early, 0..<first, layers[..<encoderCount], "early")
      let late = part(shares.late, first..<rows.shape[1], layers[encoderCount...], "late")
      return Dictionary(uniqueKeysWithValues: early + late)
    }
    scales = pieces(of: bank.scale, "gamma")
    shifts = pieces(of: bank.shift, "beta")
    guard let gain, let photo = bank.photoIndex else { return }
    let share = graph.apply(
      "Gather", to: [shares.late, graph.constant([photo], named: "photo.late.row")],
      ["axis": .integer(1)], named: "photo.share")
    photoTerms = Self.photoTerms(gain: gain, share: share, photos: photos, in: &graph)
  }

  /// Adds how much each row counts in the encoder and after it: `StyleBank.rows` says why not
  /// alike.
  private static func shares(
    of mixture: ONNXGraph.Value, photo: Int?, rows: Int, in graph: inout ONNXGraph
  ) -> (early: ONNXGraph.Value, late: ONNXGraph.Value) {
    guard let photo else { return (mixture, mixture) }
    let weight = graph.apply(
      "Gather", to: [mixture, graph.constant([photo], named: "photo.row")],
      ["axis": .integer(1)], named: "photo.weight")
    let all = graph.constant(
      Tensor((0..<rows).map { $0 == photo ? 1 : 0 }, shape: [1, rows]), named: "photo.alone")
    let way = graph.apply("Sub", to: [all, mixture], named: "photo.way")
    let pull = graph.apply("Mul", to: [weight, way], named: "photo.pull")
    return (
      graph.apply("Add", to: [mixture, pull], named: "early.mixture"),
      graph.apply("Sub", to: [mixture, pull], named: "late.mixture")
    )
  }

  /// Adds the normalization of a layer's convolution, with the layer's γ and β.
  func normalized(
    _ convolved: ONNXGraph.Value, _ layer: TransformArchitecture.Layer, isLast: Bool,
    epsilon: Float, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let name = "\(layer.name).normalized"
    guard let scale = scales[layer.name], let shift = shifts[layer.name] else {
      preconditionFailure("\(layer.name) has no γ and β")
    }
    func normalized(
      scale: ONNXGraph.Value, shift: ONNXGraph.Value, named name: String
    ) -> ONNXGraph.Value {
      graph.apply(
        "InstanceNormalization", to: [convolved, scale, shift],
        ["epsilon": .number(epsilon)], named: name)
    }
    guard isLast, let photoTerms else {
      return normalized(scale: scale, shift: shift, named: name)
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
      "Mul", to: [standard, total(scale, photoTerms.scale)],
      named: "\(layer.name).scaled")
    return graph.apply("Add", to: [scaled, total(shift, photoTerms.shift)], named: name)
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
  /// `[1, outputs, 1, 1]`, where it counts times what only a photo tells; nil where it does not.
  fileprivate func separatingPhotoGain(
    _ architecture: TransformArchitecture
  ) -> (bank: StyleBank, gain: Tensor?) {
    guard architecture.givesLogits, let photoIndex else { return (self, nil) }
    let end = (photoIndex + 1) * scale.shape[1]
    let last = end - 3..<end
    var numbers = scale.scalars
    let gain = Tensor(Array(numbers[last]), shape: [1, 3, 1, 1])
    numbers.replaceSubrange(last, with: [0, 0, 0])
    var bank = self
    bank.scale = Tensor(numbers, shape: scale.shape)
    return (bank, gain)
  }
}

extension Tensor {
  /// Some columns of a matrix.
  fileprivate func columns(_ range: Range<Int>) -> Tensor {
    let (rows, length, scalars) = (shape[0], shape[1], scalars)
    return Tensor(
      (0..<rows).flatMap {
        scalars[$0 * length + range.lowerBound..<$0 * length + range.upperBound]
      },
      shape: [rows, range.count])
  }
}
