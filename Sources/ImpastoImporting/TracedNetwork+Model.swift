import ImpastoCompute
package import ImpastoNetworks
import ImpastoTensors

/// The traced network as a network of this program.
extension TracedNetwork {
  /// The network and its styles, called as `styles` says.
  ///
  /// - Precondition: there are as many styles as the network knows.
  package func model(
    styles: [StyleDescription], trainingSettings: [String: String]
  ) throws(ImportFault) -> StyleModel {
    guard let last = layers.last else { throw .network("it has no convolution") }
    if let layer = layers.first(where: { !$0.isFinite }) {
      throw .network("'\(layer.name)' and what follows it have numbers that are not finite")
    }
    let white = isUnit(last) ? 1.0 : 255
    for (input, bounds, node) in inputBounds
    where !bounds.contains(input.range(of: 0...white)) {
      throw .node(
        node, operation: "Clip",
        reason: "cuts the photo's colours off at \(bounds), which no layer does")
    }
    guard let factor = output.factor.first, output.factor.allSatisfy({ $0 == factor }) else {
      throw .network("the picture's channels are scaled unlike each other after the activation")
    }
    let (layers, range) = try centred(white: white)
    let names = Self.names(of: layers)
    let architecture: TransformArchitecture
    do {
      architecture = try TransformArchitecture(
        layers: zip(names, layers).map { name, layer in
          TransformArchitecture.Layer(
            name: name, kernel: layer.kernel, inputs: layer.inputs, outputs: layer.outputs,
            scaling: layer.scaling, padding: layer.padding,
            normalization: normalization(of: layer), activation: layer.activation,
            addend: layer.addend.map { names[$0] })
        },
        input: range,
        output: .init(
          scale: Float(factor * 255 / white), mean: output.offset.map { Float($0 * 255 / white) }))
    } catch {
      let place = error.layer.flatMap(names.firstIndex(of:)).map { "'\(layers[$0].name)': " } ?? ""
      throw .network("\(place)\(error.reason)")
    }
    let network = TransformNetwork(
      architecture: architecture, parameters: layers.map { parameters(of: $0) })
    let shape: Shape = [styles.count, architecture.styleLength]
    func rows(_ part: (TracedLayer.Normalization) -> [[Double]]) -> Tensor {
      Tensor(
        styles.indices.flatMap { style in
          layers.filter(isConditional).flatMap { layer -> [Float] in
            guard let rows = layer.normalization.map(part) else { return [] }
            return rows[rows.count == 1 ? 0 : style].map(Float.init)
          }
        }, shape: shape)
    }
    return StyleModel(
      network: network,
      bank: StyleBank(names: styles.map(\.name), scale: rows(\.scale), shift: rows(\.shift)),
      styles: styles, trainingSettings: trainingSettings)
  }

  /// Returns whether pictures are in 0…1 and not in 0…255: what has no bounds is in 0…255.
  private func isUnit(_ last: TracedLayer) -> Bool {
    output.range(after: last.activation).map { $0.upperBound <= 2 } ?? false
  }

  /// The layers for a photo whose levels are centred, if that makes no difference, and how levels
  /// become what they read.
  ///
  /// - Parameter white: What the graph takes for level 255.
  private func centred(
    white: Double
  ) throws(ImportFault) -> ([TracedLayer], TransformArchitecture.InputRange) {
    guard !input.factor.contains(0) else { throw .network("it reads nothing of a colour") }
    let factor = input.factor.map { $0 * white / 255 }
    var layers = layers
    guard layers[0].normalization != nil, layers[0].padding.border != .zeros else {
      return (
        layers,
        .init(
          mean: zip(input.offset, factor).map { Float(-$0 / $1) },
          divisor: factor.map { Float(1 / $0) })
      )
    }
    // The normalization takes out what an offset adds, and filters can scale as well.
    let area = layers[0].kernel * layers[0].kernel
    for index in layers[0].weights.indices {
      layers[0].weights[index] *= 128 * factor[index / area % 3]
    }
    return (layers, .centered)
  }

  /// Returns whether a layer's γ and β are the styles': all are where there is one style.
  private func isConditional(_ layer: TracedLayer) -> Bool {
    layer.normalization.map { styleCount == 1 || $0.scale.count > 1 || $0.shift.count > 1 } ?? false
  }

  private func normalization(of layer: TracedLayer) -> TransformArchitecture.Layer.Normalization {
    guard let normalization = layer.normalization else {
      return .none(hasBias: layer.bias.contains { $0 != 0 })
    }
    let epsilon = Float(normalization.epsilon)
    return isConditional(layer) ? .conditional(epsilon: epsilon) : .fixed(epsilon: epsilon)
  }

  private func parameters(of layer: TracedLayer) -> LayerParameters {
    let (area, inputs) = (layer.kernel * layer.kernel, layer.inputs)
    var weights = [Float](repeating: 0, count: layer.weights.count)
    for output in 0..<layer.outputs {
      for input in 0..<inputs {
        for place in 0..<area {
          weights[(output * area + place) * inputs + input] =
            Float(layer.weights[(output * inputs + input) * area + place])
        }
      }
    }
    let filter = ConvolutionFilter(
      Tensor(weights, shape: [layer.outputs, layer.kernel, layer.kernel, inputs]))
    func list(_ numbers: [Double]?) -> Tensor? {
      numbers.map { Tensor($0.map(Float.init), shape: [layer.outputs]) }
    }
    switch normalization(of: layer) {
    case .conditional: return LayerParameters(filter: filter)
    case .fixed:
      return LayerParameters(
        filter: filter, scale: list(layer.normalization?.scale.first),
        shift: list(layer.normalization?.shift.first))
    case .none(let hasBias):
      return LayerParameters(filter: filter, shift: hasBias ? list(layer.bias) : nil)
    }
  }

  /// Names by the place in the network: `encoder.1`, `residual.2.1`, `decoder.3`.
  private static func names(of layers: [TracedLayer]) -> [String] {
    var names: [String?] = layers.map { _ in nil }
    var block = 0
    for (index, layer) in layers.enumerated() {
      guard let addend = layer.addend, names[addend + 1] == nil else { continue }
      block += 1
      for place in addend + 1...index { names[place] = "residual.\(block).\(place - addend)" }
    }
    let lastHalving = layers.lastIndex { $0.scaling == .halved(blurred: false) } ?? -1
    let middle = names.firstIndex { $0 != nil } ?? lastHalving + 1
    var counts: [String: Int] = [:]
    return names.enumerated().map { index, name in
      if let name { return name }
      let part = index < middle ? "encoder" : "decoder"
      counts[part, default: 0] += 1
      return "\(part).\(counts[part] ?? 0)"
    }
  }
}
