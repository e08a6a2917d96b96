import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors

/// Small untrained models with layers of all kinds.
enum DescribedModels {
  typealias Layer = TransformArchitecture.Layer

  /// A network with the parts of the published one, and how it is called in messages.
  static var all: [(name: String, model: StyleModel)] {
    [
      ("steady", steady), ("pixel shuffle", shuffled), ("long spans", longSpans),
      ("all sizes", flat),
    ].map { ($0, model(of: $1)) }
  }

  /// Blurred strides, bilinear doubling, narrow decoders.
  private static let steady: [Layer] = [
    Layer(name: "in", kernel: 9, inputs: 3, outputs: 8),
    Layer(name: "half", kernel: 3, inputs: 8, outputs: 8, scaling: .halved(blurred: true)),
    Layer(name: "quarter", kernel: 3, inputs: 8, outputs: 32, scaling: .halved(blurred: true)),
    Layer(name: "one", kernel: 3, inputs: 32, outputs: 32),
    Layer(name: "two", kernel: 3, inputs: 32, outputs: 32, activation: .linear, addend: "quarter"),
    Layer(name: "three", kernel: 3, inputs: 32, outputs: 32),
    Layer(name: "four", kernel: 3, inputs: 32, outputs: 32, activation: .linear, addend: "two"),
    Layer(
      name: "up", kernel: 3, inputs: 32, outputs: 8, scaling: .doubled(.bilinear),
      padding: Frame(padding: 1, border: .repeated)),
    Layer(
      name: "up-again", kernel: 3, inputs: 8, outputs: 4, scaling: .doubled(.bilinear),
      padding: Frame(padding: 1, border: .repeated)),
    Layer(name: "out", kernel: 9, inputs: 4, outputs: 3, activation: .sigmoid),
  ]

  /// Pixels from channels, zeros around and between pixels, parameters of its own, every activation.
  private static let shuffled: [Layer] = [
    Layer(
      name: "in", kernel: 5, inputs: 3, outputs: 5, scaling: .halved(),
      padding: Frame(padding: 2, border: .zeros), normalization: .fixed(),
      activation: .leaky(slope: 0.2)),
    Layer(
      name: "quarter", kernel: 3, inputs: 5, outputs: 6, scaling: .halved(),
      padding: Frame(padding: 1, border: .repeated), normalization: .none(hasBias: true),
      activation: .clamped(-2...2)),
    Layer(
      name: "middle", kernel: 1, inputs: 6, outputs: 6, normalization: .none(hasBias: false),
      activation: .linear, addend: "quarter"),
    Layer(
      name: "up", kernel: 3, inputs: 6, outputs: 4, scaling: .doubled(.zeros),
      padding: Frame(padding: 1, border: .zeros)),
    Layer(
      name: "out", kernel: 3, inputs: 4, outputs: 3, scaling: .rearranged(by: 2),
      normalization: .none(hasBias: true), activation: .tanh(scale: 1)),
  ]

  /// Additions that reach over each other, of one output twice, over a stretch, and at the very end.
  private static let longSpans: [Layer] = [
    Layer(name: "in", kernel: 3, inputs: 3, outputs: 4),
    Layer(name: "one", kernel: 3, inputs: 4, outputs: 4),
    Layer(name: "two", kernel: 3, inputs: 4, outputs: 4, activation: .linear, addend: "in"),
    Layer(name: "three", kernel: 3, inputs: 4, outputs: 4, activation: .linear, addend: "one"),
    Layer(name: "half", kernel: 1, inputs: 4, outputs: 6, scaling: .halved()),
    Layer(name: "quarter", kernel: 3, inputs: 6, outputs: 8, scaling: .halved(blurred: true)),
    Layer(name: "four", kernel: 3, inputs: 8, outputs: 8),
    Layer(name: "five", kernel: 3, inputs: 8, outputs: 8),
    Layer(name: "six", kernel: 3, inputs: 8, outputs: 8, activation: .linear, addend: "quarter"),
    Layer(name: "seven", kernel: 3, inputs: 8, outputs: 8, activation: .linear, addend: "quarter"),
    Layer(
      name: "back", kernel: 3, inputs: 8, outputs: 4, scaling: .rearranged(by: 4),
      activation: .linear),
    Layer(name: "last", kernel: 3, inputs: 4, outputs: 3),
    Layer(
      name: "out", kernel: 3, inputs: 3, outputs: 3, normalization: .none(hasBias: false),
      activation: .linear, addend: "last"),
  ]

  /// No strides at all, and a border that is wider than the filter needs, which a later layer takes back.
  private static let flat: [Layer] = [
    Layer(
      name: "in", kernel: 3, inputs: 3, outputs: 4, padding: Frame(padding: 3, border: .repeated)),
    Layer(name: "valid", kernel: 5, inputs: 4, outputs: 4, padding: Frame()),
    Layer(name: "middle", kernel: 3, inputs: 4, outputs: 4, activation: .linear, addend: "valid"),
    Layer(name: "out", kernel: 1, inputs: 4, outputs: 3, activation: .sigmoid),
  ]

  /// A model of two styles and `photo` whose numbers differ.
  private static func model(of layers: [Layer]) -> StyleModel {
    guard
      let architecture = try? TransformArchitecture(
        layers: layers,
        output: layers.last?.activation == .sigmoid
          ? .unit : .init(scale: 100, mean: [90, 120, 150]))
    else { preconditionFailure("\(layers.map(\.name)) make no network") }
    var random = RandomSource(seed: 11)
    func noise(_ shape: Shape, mean: Float, deviation: Float) -> Tensor {
      Tensor((0..<shape.count).map { _ in mean + deviation * random.normal() }, shape: shape)
    }
    let plain = TransformNetwork(architecture: architecture, seed: 5)
    let parameters = zip(layers, plain.parameters).map { layer, own in
      LayerParameters(
        filter: own.filter, scale: layer.scaleShape.map { noise($0, mean: 1, deviation: 0.3) },
        shift: layer.shiftShape.map { noise($0, mean: 0, deviation: 0.3) })
    }
    let names = ["a", "b", StyleBank.photoName]
    let shape: Shape = [names.count, architecture.styleLength]
    return StyleModel(
      network: TransformNetwork(architecture: architecture, parameters: parameters),
      bank: StyleBank(
        names: names, scale: noise(shape, mean: 1, deviation: 0.3),
        shift: noise(shape, mean: 0, deviation: 0.3)),
      styles: names.dropLast().map { StyleDescription(name: $0) })
  }
}
