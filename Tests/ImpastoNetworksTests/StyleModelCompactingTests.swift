import Foundation
import ImpastoCompute
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

@Suite struct StyleModelCompactingTests {
  private let model = RandomModel.make(["first", "second", StyleBank.photoName])
  private let mixtures = ["first", "photo", "first:1,second:2"]

  @Test func `a compacted model is read as it was written, in about half the space`() throws {
    let folder = try TemporaryFolder()
    let compacted = model.compacted
    try compacted.write(to: folder.file("half.safetensors"))
    let copy = try StyleModel(contentsOf: folder.file("half.safetensors"))
    #expect(
      copy.network.filters.map(\.weights.scalars)
        == compacted.network.filters.map(\.weights.scalars))
    #expect(copy.fingerprint == compacted.fingerprint)
    #expect(copy.fingerprint != model.fingerprint)
    #expect(copy.bank.scale.scalars == model.bank.scale.scalars)
    #expect(copy.styles == model.styles && copy.thumbnails == model.thumbnails)

    let header = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: folder.file("half.safetensors"))),
      as: UTF8.self)
    let layers = model.network.architecture.layers.map(\.name)
    for layer in layers {
      let type = layer == "decoder.1" || layer == "decoder.2" ? "F32" : "F16"
      #expect(header.contains(#""network.\#(layer).weight":{"dtype":"\#(type)""#), "\(layer)")
    }
  }

  @Test func `an edited compact checkpoint stays compact, and a style travels to and from it`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = folder.file("half.safetensors")
    try model.compacted.write(to: path)
    let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
    try model.compacted.exportStyle(named: "first", to: folder.file("first"))
    try StyleModel.edit(path) { model in
      try model.renaming("first", to: "fresh").importingStyle(from: folder.file("first"))
        .removing("fresh")
    }
    let changed = try Data(contentsOf: URL(fileURLWithPath: path)).count
    #expect(changed < size + 400, "\(size) bytes became \(changed)")
    let copy = try StyleModel(contentsOf: path)
    #expect(copy.fingerprint == model.compacted.fingerprint)
    #expect(
      try copy.picture(StyleMixture("first")) == model.compacted.picture(StyleMixture("first")))
  }

  @Test func `compacting twice is compacting once`() {
    #expect(model.compacted.compacted.fingerprint == model.compacted.fingerprint)
  }

  @Test func `in f32 a compacted model paints the same to less than a level of 255`() throws {
    for mixture in try mixtures.map(StyleMixture.init(parsing:)) {
      let (exact, rounded) = (
        try model.picture(mixture), try model.compacted.picture(mixture)
      )
      #expect(exact != rounded)
      for (a, b) in zip(exact, rounded) {
        #expect(abs(Float(bitPattern: a) - Float(bitPattern: b)) < 0.003)
      }
    }
  }

  /// Holds on every set of instructions.
  @Test(.enabled(if: OneDNNBackend().supports(.bfloat16), "this processor has no bf16 arithmetic"))
  func `in bf16 a compacted model paints the same, bit for bit`() throws {
    for mixture in try mixtures.map(StyleMixture.init(parsing:)) {
      #expect(
        try model.compacted.picture(mixture, scalarType: .bfloat16)
          == model.picture(mixture, scalarType: .bfloat16))
    }
  }

  /// Of 2²⁵ between the smallest and the largest, half precision holds all; of 2⁴⁰ it cannot.
  @Test(arguments: [(octaves: Float(25), isHalved: true), (octaves: 40, isHalved: false)])
  func `weights of very different sizes keep their bits in bf16`(
    _ octaves: Float, _ isHalved: Bool
  ) throws {
    var random = RandomSource(seed: 3)
    let architecture = model.network.architecture
    let filters = architecture.layers.map { layer in
      ConvolutionFilter(
        Tensor(
          (0..<layer.filterShape.count).map { _ in exp2(-octaves * random.uniform()) },
          shape: layer.filterShape))
    }
    let wide = StyleModel(
      network: TransformNetwork(architecture: architecture, filters: filters), bank: model.bank,
      styles: model.styles)
    let compacted = wide.compacted
    for (filter, rounded) in zip(filters, compacted.network.filters) {
      #expect(
        filter.weights.scalars.map(\.bfloat16Bits) == rounded.weights.scalars.map(\.bfloat16Bits))
    }
    #expect((compacted.fingerprint != wide.fingerprint) == isHalved)
  }

  /// Weights far from 1 are brought into the range of half precision and back.
  @Test(arguments: [Float(1e-36), 1e-20, 1, 1e20, 3e38])
  func `weights of any size are rounded to 10 binary digits`(_ size: Float) throws {
    var random = RandomSource(seed: 2)
    let architecture = model.network.architecture
    let filters = architecture.layers.map { layer in
      ConvolutionFilter(
        Tensor(
          (0..<layer.filterShape.count).map { _ in size * (0.1 + 0.9 * random.uniform()) },
          shape: layer.filterShape))
    }
    let large = StyleModel(
      network: TransformNetwork(architecture: architecture, filters: filters), bank: model.bank,
      styles: model.styles)
    let compacted = large.compacted
    for (filter, rounded) in zip(filters, compacted.network.filters) {
      for (a, b) in zip(filter.weights.scalars, rounded.weights.scalars) {
        #expect(abs(a - b) <= abs(a) / 1024)
        #expect(a.bfloat16Bits == b.bfloat16Bits)
      }
    }
    let folder = try TemporaryFolder()
    try compacted.write(to: folder.file("a"))
    #expect(try StyleModel(contentsOf: folder.file("a")).fingerprint == compacted.fingerprint)
  }
}
