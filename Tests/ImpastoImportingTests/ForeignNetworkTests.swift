import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoImporting
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import TestSupport
import Testing

@Suite struct ForeignNetworkTests {
  /// By how many levels a picture differs from what PyTorch made, at most, before rounding.
  private func difference(
    _ file: String, _ styles: [String], _ mixture: StyleMixture, from reference: String,
    of photo: String = "photo", backend: any ComputeBackend = OneDNNBackend(threads: .available)
  ) throws -> Float {
    let network = try ForeignNetwork(contentsOf: try Fixture.path(file))
    let model = try network.model(styles: styles.map { StyleDescription(name: $0) })
    let stylizer = Stylizer(model: model, backend: backend, scalarType: .float32)
    let picture = try stylizer.stylize(try Fixture.photo(photo), with: mixture)
    let expected = try Fixture.picture(reference)
    #expect(picture.height == expected.shape[0] && picture.width == expected.shape[1])
    return zip(picture.pixels, expected.scalars).map { level, number in
      // Half a level is what rounding makes.
      max(0, abs(Float(level) - max(0, min(255, number))) - 0.5)
    }.max() ?? .infinity
  }

  @Test(arguments: [
    "archive.pth", "stream.pth", "old.pth", "double.pth", "zoo-8.onnx", "zoo-9.onnx",
    "torchscript.onnx", "torchscript-any-size.onnx", "dynamo.onnx",
  ])
  func `one network in every form of file paints as PyTorch does`(file: String) throws {
    let network = try ForeignNetwork(contentsOf: try Fixture.path(file))
    #expect(network.styleCount == 1)
    #expect(network.styles == nil)
    #expect(try difference(file, ["candy"], StyleMixture("candy"), from: "transformer") < 0.255)
  }

  @Test(arguments: ["archive.pth", "zoo-9.onnx"])
  func `epsilon counts as much as it did`(file: String) throws {
    #expect(
      try difference(
        file, ["candy"], StyleMixture("candy"), from: "transformer.faint", of: "faint") < 0.255)
  }

  @Test(arguments: ["plain-1", "plain-255"])
  func `a first layer that nothing normalizes reads what it did`(name: String) throws {
    #expect(try difference("\(name).onnx", ["a"], StyleMixture("a"), from: name) < 0.255)
  }

  @Test(arguments: ["archive.pth", "zoo-9.onnx", "plain-1.onnx"])
  func `an imported network can be exported and imported again, bit for bit`(file: String) throws {
    let folder = try TemporaryFolder()
    let style = StyleDescription(name: "candy")
    let model = try ForeignNetwork(contentsOf: Fixture.path(file)).model(styles: [style])
    try model.exportONNX(to: folder.file("again.onnx"), painting: nil)
    let again = try ForeignNetwork(contentsOf: folder.file("again.onnx")).model(styles: [style])
    #expect(again.network.architecture == model.network.architecture)
    #expect(again.fingerprint == model.fingerprint)
    #expect(again.bank.scale.scalars == model.bank.scale.scalars)
    #expect(again.bank.shift.scalars == model.bank.shift.scalars)
  }

  @Test func `OpenBLAS paints an imported network as well`() throws {
    #expect(
      try difference(
        "zoo-9.onnx", ["candy"], StyleMixture("candy"), from: "transformer",
        backend: OpenBLASBackend(threads: .available)) < 0.255)
  }

  @Test func `transposed convolutions and a scaled tanh are imported from a graph`() throws {
    #expect(
      try difference("transposed.onnx", ["a"], StyleMixture("a"), from: "transposed") < 0.255)
  }

  @Test func `styles with weights as an input become rows that blend`() throws {
    let names = ["a", "b", "c"]
    let file = "multistyle.onnx"
    #expect(try ForeignNetwork(contentsOf: try Fixture.path(file)).styleCount == 3)
    #expect(try difference(file, names, StyleMixture("a"), from: "multistyle.first") < 0.255)
    let blend = try StyleMixture([("a", 0.2), ("b", 0.3), ("c", 0.5)])
    #expect(try difference(file, names, blend, from: "multistyle.blend") < 0.255)
  }

  @Test func `a picture of an imported network is the same in any memory`() throws {
    let network = try ForeignNetwork(contentsOf: try Fixture.path("multistyle.onnx"))
    let model = try network.model(styles: ["a", "b", "c"].map { StyleDescription(name: $0) })
    let folder = try TemporaryFolder()
    try model.write(to: folder.file("m.safetensors"))
    let read = try StyleModel(contentsOf: folder.file("m.safetensors"))
    #expect(read.fingerprint == model.fingerprint)
    #expect(read.trainingSettings == ["imported_from": "multistyle.onnx"])
    let photo = try Fixture.photo()
    let backend = OneDNNBackend(threads: .available)
    let pictures = try [model, read].map { model in
      try Stylizer(model: model, backend: backend, scalarType: .float32)
        .stylize(photo, with: StyleMixture("b"))
    }
    #expect(pictures[0].pixels == pictures[1].pixels)
  }

  @Test func `layers get names by their place`() throws {
    let network = try ForeignNetwork(contentsOf: try Fixture.path("archive.pth"))
    let model = try network.model(styles: [StyleDescription(name: "a")])
    #expect(
      model.network.architecture.layers.map(\.name) == [
        "encoder.1", "encoder.2", "encoder.3", "residual.1.1", "residual.1.2", "residual.2.1",
        "residual.2.2", "decoder.1", "decoder.2", "decoder.3",
      ])
    #expect(
      model.network.architecture.layers.map(\.addend).compactMap { $0 }
        == ["encoder.3", "residual.1.2"])
  }

  private static let families =
    "These can: weights of pytorch/examples' fast_neural_style (.pth); ONNX models of convolutions with "
    + "instance normalization in one chain, as that example, the ONNX model zoo and multi-style "
    + "networks with an input of style weights export them; and what `impasto export` writes"

  @Test(arguments: [
    (
      "transposed.pth",
      "'deconv1.weight' is of a transposed convolution, of which a file of tensors does not tell how"
        + " it pads; export the network as ONNX and import that"
    ),
    ("surplus.pth", "tensor 'deconv1.weight' ([8, 6, 3, 3]) has no place in the network"),
  ])
  func `weights that do not fit are refused with the first that does not`(
    file: String, fault: String
  ) throws {
    let path = try Fixture.path(file)
    let error = #expect(throws: ImportError.self) { _ = try ForeignNetwork(contentsOf: path) }
    #expect(
      error?.description
        == "\(path): no network that can be imported: \(fault). \(Self.families)")
  }

  @Test func `a state dict lacks what its family has`() throws {
    let folder = try TemporaryFolder()
    let tensor = PyTorchStream.tensor(
      PyTorchStream.storage("7", count: 4), shape: [2, 2], strides: [2, 1])
    func fault(_ name: String) throws -> String? {
      let bytes = PyTorchStream.bytes(
        PyTorchStream.dictionary([(name, tensor)]),
        storages: [(key: "7", count: 4, bytes: [UInt8](repeating: 0, count: 16))])
      let path = try folder.write(bytes, as: "w.pth")
      let error = #expect(throws: ImportError.self) { _ = try ForeignNetwork(contentsOf: path) }
      return error?.description.components(separatedBy: ": no network that can be imported: ").last?
        .components(separatedBy: ". These can").first
    }
    #expect(
      try fault("features.0.weight")
        == "it lacks the tensor 'conv1.conv2d.weight' ([outputs, 3, kernel, kernel])")
    #expect(
      try fault("conv1.conv2d.weight")
        == "tensor 'conv1.conv2d.weight' is [2, 2], where [outputs, 3, kernel, kernel] is expected")
  }

  @Test func `a checkpoint needs no import`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.safetensors")
    try Safetensors.write(NamedTensors(tensors: ["a": Tensor(zeros: [1])]), to: path)
    let error = #expect(throws: ImportError.self) { _ = try ForeignNetwork(contentsOf: path) }
    #expect(
      error?.description
        == "\(path): a safetensors file, which needs no import if it is a checkpoint; name it with"
        + " --model")
  }
}
