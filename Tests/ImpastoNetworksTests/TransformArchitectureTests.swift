import Foundation
import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors
import Testing

@Suite struct TransformArchitectureTests {
  typealias Layer = TransformArchitecture.Layer

  /// Three layers with an encoder of one stride, which fit together.
  private static func layers() -> [Layer] {
    [
      Layer(name: "in", kernel: 3, inputs: 3, outputs: 8, scaling: .halved(blurred: true)),
      Layer(
        name: "middle", kernel: 3, inputs: 8, outputs: 8, activation: .linear, addend: "in"),
      Layer(
        name: "out", kernel: 3, inputs: 8, outputs: 3, scaling: .doubled(.nearest),
        normalization: .none(hasBias: true), activation: .linear),
    ]
  }

  @Test func `the networks that are known by name pass their own checks`() throws {
    for (name, architecture) in TransformArchitecture.named {
      let checked = try TransformArchitecture(layers: architecture.layers)
      #expect(checked == architecture, "\(name)")
      #expect(checked.minimumExtent == 16, "\(name)")
    }
    #expect(TransformArchitecture.published.styleLength == 1603)
    #expect(TransformArchitecture.published.encoderLength == 224)
    #expect(TransformArchitecture.published.givesLogits)
  }

  @Test
  func `a style's numbers are those of conditional layers, the encoder's up to the last stride`()
    throws
  {
    let architecture = try TransformArchitecture(layers: Self.layers())
    #expect(architecture.styleLength == 16)
    #expect(architecture.encoderLength == 8)
    #expect(architecture.channels(ofLayer: 1) == 8..<16)
    #expect(architecture.channels(ofLayer: 2) == 16..<16)
    #expect(!architecture.givesLogits)
    #expect(architecture.reductions == [2, 2, 1])
    #expect(
      architecture.shapes(width: 17, height: 20).map(\.dimensions) == [
        [1, 10, 9, 8], [1, 10, 9, 8], [1, 20, 18, 3],
      ])
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let layer: String?
    let reason: String
    let change: @Sendable (inout [Layer]) -> Void
    var testDescription: String { reason }
  }

  private static let faults = [
    Fault(layer: nil, reason: "0 layers, expected 1 to 1000") { $0 = [] },
    Fault(layer: "in", reason: "it reads 4 channels, and the photo has 3") { $0[0].inputs = 4 },
    Fault(layer: "middle", reason: "it reads 9 channels, and “in” has 8") { $0[1].inputs = 9 },
    Fault(layer: "out", reason: "the last layer gives 4 channels, and a picture has 3") {
      $0[2].outputs = 4
    },
    Fault(layer: "middle", reason: "it adds “out”, which does not come before it") {
      $0[1].addend = "out"
    },
    Fault(layer: "middle", reason: "it adds “middle”, which does not come before it") {
      $0[1].addend = "middle"
    },
    Fault(layer: "middle", reason: "it adds “else”, and no layer has this name") {
      $0[1].addend = "else"
    },
    Fault(layer: "middle", reason: "it adds “in”, for which its activation has to be “linear”") {
      $0[1].activation = .rectified
    },
    Fault(layer: "middle", reason: "it gives 6 channels and adds the 8 of “in”") {
      ($0[1].outputs, $0[2].inputs) = (6, 6)
    },
    Fault(
      layer: "out",
      reason: "it gives 1/1 of the photo's height and width and adds the 1/2 of “in”"
    ) {
      ($0[2].outputs, $0[2].addend) = (8, "in")
      $0.append(Layer(name: "last", kernel: 1, inputs: 8, outputs: 3))
    },
    Fault(
      layer: "middle", reason: "of a photo of 16 pixels it gives 10 and adds the 8 of “in”"
    ) { $0[1].padding.padding = 2 },
    Fault(
      layer: "out",
      reason: "the last layer gives 12 pixels of a photo of 16, expected as many, or up to 1 more, "
        + "which are cut off"
    ) {
      ($0[1].padding.padding, $0[1].addend) = (0, nil)
    },
    Fault(
      layer: "out",
      reason: "the last layer gives pictures of 1/2 of the photo's height and width, expected all"
    ) { $0[2].scaling = .kept },
    Fault(layer: "middle", reason: "it makes the image larger than the photo") {
      ($0[0].scaling, $0[1].scaling, $0[1].addend) = (.kept, .rearranged(by: 2), nil)
    },
    Fault(layer: "in", reason: "a kernel of 2, expected an odd number in 1 to 15") {
      $0[0].kernel = 2
    },
    Fault(layer: "in", reason: "a kernel of -1, expected an odd number in 1 to 15") {
      $0[0].kernel = -1
    },
    Fault(layer: "in", reason: "0 outputs, expected 1 to 4096") { $0[0].outputs = 0 },
    Fault(layer: "in", reason: "9223372036854775807 outputs, expected 1 to 4096") {
      $0[0].outputs = .max
    },
    Fault(
      layer: "in",
      reason: "a border of 16 pixels, expected 0 to 16, or one less where it is blurred"
    ) { $0[0].padding.padding = 16 },
    Fault(layer: "middle", reason: "another layer has the same name") { $0[0].name = "middle" },
    Fault(
      layer: "In",
      reason: "its name is not one; expected words of a-z and 0-9 joined by dots or hyphens"
    ) { $0[0].name = "In" },
    Fault(
      layer: "out",
      reason: "it doubles the image, for which its kernel has to be 3 and its border 1 pixel wide"
    ) { ($0[2].kernel, $0[2].padding.padding) = (5, 2) },
    Fault(
      layer: "out", reason: "bilinear doubling takes a border that is “replicate”, not “reflect”"
    ) { $0[2].scaling = .doubled(.bilinear) },
    Fault(layer: "out", reason: "a pixel shuffle by 3, expected 2 or 4") {
      $0[2].scaling = .rearranged(by: 3)
    },
    Fault(layer: "in", reason: "an epsilon of 0.0, expected more than 0") {
      $0[0].normalization = .fixed(epsilon: 0)
    },
    Fault(layer: "in", reason: "its slope is not a finite number") {
      $0[0].activation = .leaky(slope: .infinity)
    },
    Fault(layer: "wide.6", reason: "the network has more than 100000000 weights with it") {
      $0 = (0...8).map {
        Layer(name: "wide.\($0)", kernel: 1, inputs: $0 == 0 ? 3 : 4096, outputs: 4096)
      }
    },
  ]

  @Test(arguments: faults)
  func `layers that do not fit together are refused, the first at fault by its name`(
    _ fault: Fault
  ) {
    var layers = Self.layers()
    fault.change(&layers)
    #expect(throws: ArchitectureFault(layer: fault.layer, fault.reason)) {
      try TransformArchitecture(layers: layers)
    }
  }

  @Test func `ranges that are none are refused`() throws {
    #expect(throws: ArchitectureFault.self) {
      try TransformArchitecture(
        layers: Self.layers(), input: .init(mean: [0, 0, 0], divisor: [1, 0, 1]))
    }
    #expect(throws: ArchitectureFault.self) {
      try TransformArchitecture(layers: Self.layers(), output: .init(scale: 1, mean: [0]))
    }
  }

  @Test func `wider borders ask for larger photos`() throws {
    var layers = Self.layers()
    (layers[1].kernel, layers[1].padding.padding) = (15, 7)
    #expect(try TransformArchitecture(layers: layers).minimumExtent == 16)
    (layers[1].kernel, layers[1].padding.padding) = (15, 16)
    (layers[0].padding.padding, layers[0].kernel) = (0, 9)
    layers[1].addend = nil
    // 2·((n − 9)/2 + 1 + 2·16 − 14) ≥ n for all n, but then it gives too many.
    #expect(throws: ArchitectureFault.self) { try TransformArchitecture(layers: layers) }
  }

  // MARK: JSON

  /// Every kind of layer, with every value that is not the usual one.
  private static let everything = """
    {
      "format": "impasto-architecture", "version": 1,
      "input": {"mean": [103.5, 116, 123], "divisor": [58, 57, 57]},
      "output": {"scale": 127.5, "mean": [127.5, 127.5, 127.5]},
      "layers": [
        {"name": "a", "kernel": 9, "inputs": 3, "outputs": 4, "padding": "zero", "epsilon": 0.001,
         "activation": "leaky", "slope": 0.25},
        {"name": "b", "kernel": 3, "inputs": 4, "outputs": 8, "stride": 2, "normalization": "fixed"},
        {"name": "c", "kernel": 3, "inputs": 8, "outputs": 8, "stride": 2, "blur": true,
         "padding": "replicate", "normalization": "none"},
        {"name": "d", "kernel": 1, "inputs": 8, "outputs": 8, "activation": "linear", "adds": "c"},
        {"name": "e", "kernel": 3, "inputs": 8, "outputs": 8, "doubling": "bilinear",
         "padding": "replicate"},
        {"name": "f", "kernel": 5, "inputs": 8, "outputs": 3, "pixel_shuffle": 2,
         "padding_width": 2, "normalization": "none", "bias": true, "activation": "tanh", "scale": 2},
        {"name": "g", "kernel": 3, "inputs": 3, "outputs": 3, "stride": 2},
        {"name": "h", "kernel": 3, "inputs": 3, "outputs": 3, "doubling": "zeros",
         "padding": "zero", "activation": "clamp", "minimum": -1, "maximum": 1}
      ]
    }
    """

  @Test func `a description says all that its layers are`() throws {
    let architecture = try TransformArchitecture(json: Data(Self.everything.utf8))
    let layers = architecture.layers
    #expect(layers.map(\.name) == ["a", "b", "c", "d", "e", "f", "g", "h"])
    #expect(layers[0].padding == Frame(padding: 4, border: .zeros))
    #expect(layers[0].normalization == .conditional(epsilon: 0.001))
    #expect(layers[0].activation == .leaky(slope: 0.25))
    #expect(layers[1].scaling == .halved(blurred: false))
    #expect(layers[1].normalization == .fixed())
    #expect(layers[1].activation == .rectified)
    #expect(layers[2].scaling == .halved(blurred: true))
    #expect(layers[2].normalization == .none(hasBias: false))
    #expect(layers[3].addend == "c")
    #expect(layers[4].scaling == .doubled(.bilinear))
    #expect(layers[5].scaling == .rearranged(by: 2))
    #expect(layers[5].filterShape == [12, 5, 5, 8])
    #expect(layers[5].activation == .tanh(scale: 2))
    #expect(layers[7].activation == .clamped(-1...1))
    #expect(architecture.input.divisor == [58, 57, 57])
    #expect(architecture.output.scale == 127.5)
    #expect(try TransformArchitecture(json: Data(architecture.json.utf8)) == architecture)
  }

  @Test func `what the networks known by name are described by describes them`() throws {
    for (name, architecture) in TransformArchitecture.named {
      #expect(
        try TransformArchitecture(json: Data(architecture.json.utf8)) == architecture, "\(name)")
    }
    let layers = TransformArchitecture(widths: [1, 1, 1], residualBlocks: 1).json
    #expect(layers.contains(#"{"inputs":3,"kernel":9,"name":"encoder.1","outputs":1}"#))
  }

  private static let badDescriptions: [(text: String, fault: String)] = [
    ("", "it is not JSON"), ("{", "it is not JSON"), ("[]", "expected an object at the top"),
    ("{}", "it does not say “format”: “impasto-architecture”"),
    (
      #"{"format": "impasto-architecture", "version": 2, "more": 1}"#,
      "a description of version 2, and this program reads version 1; use a newer version of impasto"
    ),
    (
      #"{"format": "impasto-architecture", "version": -1}"#,
      "a description of version -1, and this program reads version 1"
    ),
    (
      #"{"format": "impasto-architecture", "version": 1.5}"#, "expected a whole number at version"
    ),
    (#"{"format": "impasto-architecture"}"#, "“version” is missing at the top"),
    (
      #"{"format": "impasto-architecture", "version": 1, "layer": []}"#,
      "“layer” is not known; expected format, input, layers, magnification, output, version"
    ),
    (document(#"{"name": "a", "kernel": 9, "inputs": 3}"#), "“outputs” is missing at layers[0]"),
    (
      document(#"{"name": "a", "kernel": "9", "inputs": 3, "outputs": 3}"#),
      "expected a whole number at layers[0].kernel"
    ),
    (
      document(#"{"name": "a", "kernel": 9.5, "inputs": 3, "outputs": 3}"#),
      "expected a whole number at layers[0].kernel"
    ),
    (
      document(#"{"name": "a", "kernel": 1e30, "inputs": 3, "outputs": 3}"#),
      "expected a whole number at layers[0].kernel"
    ),
    (document(layer(#""stride": 1.5"#)), "expected a whole number at layers[0].stride"),
    (document(layer(#""epsilon": 1e40"#)), "a number is out of range at layers[0].epsilon"),
    (
      document(layer(#""activation": "tanh", "scale": 1e40"#)),
      "a number is out of range at layers[0].scale"
    ),
    (
      #"{"format": "impasto-architecture", "version": 1, "layers": [], "#
        + #""input": {"mean": [0, 1e40, 0], "divisor": [1, 1, 1]}}"#,
      "a number is out of range at input.mean"
    ),
    (
      #"{"format": "impasto-architecture", "version": 1, "layers": [], "output": {"scale": 1e40}}"#,
      "a number is out of range at output.scale"
    ),
    (
      document(layer(#""activaton": "relu""#)),
      "layer “a”: “activaton” is not known; expected activation, adds, bias, blur, doubling, epsilon, "
        + "inputs, kernel, maximum, minimum, name, normalization, outputs, padding, padding_width, "
        + "pixel_shuffle, scale, slope, stride"
    ),
    (
      document(layer(#""activation": "swish""#)),
      "layer “a”: its activation is “swish”, expected linear, relu, leaky, sigmoid, tanh, clamp"
    ),
    (
      document(layer(#""slope": 1"#)),
      "layer “a”: “slope” does not belong to the activation “relu”"
    ),
    (
      document(layer(#""activation": "leaky""#)), "“slope” is missing at layers[0]"
    ),
    (
      document(layer(#""activation": "clamp", "minimum": 1, "maximum": 0"#)),
      "layer “a”: its minimum 1.0 is more than its maximum 0.0"
    ),
    (
      document(layer(#""bias": true"#)),
      "layer “a”: a normalization undoes every “bias” before it; leave one out"
    ),
    (document(layer(#""stride": 3"#)), "layer “a”: a stride of 3, expected 1 or 2"),
    (
      document(layer(#""blur": true"#)), "layer “a”: “blur” comes before a “stride” of 2 only"
    ),
    (
      document(layer(#""stride": 2, "doubling": "nearest""#)),
      "layer “a”: “stride”, “doubling” and “pixel_shuffle” exclude each other"
    ),
  ]

  private static func document(_ layer: String) -> String {
    #"{"format": "impasto-architecture", "version": 1, "layers": [\#(layer)]}"#
  }

  private static func layer(_ more: String) -> String {
    #"{"name": "a", "kernel": 3, "inputs": 3, "outputs": 3, \#(more)}"#
  }

  @Test(arguments: badDescriptions)
  func `a description that is none is refused with the reason`(text: String, fault: String) {
    let error = #expect(throws: ArchitectureFault.self) {
      try TransformArchitecture(json: Data(text.utf8))
    }
    #expect(error?.description == fault)
  }
}
