import Foundation
import ImpastoCompute
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import SwiftProtobuf
import TestSupport
import Testing

/// What an exported graph holds; `Scripts/check-onnx` runs one and compares pictures.
@Suite struct ONNXExportTests {
  private let folder: TemporaryFolder
  private let model = RandomModel.make(["first", "second", StyleBank.photoName])

  init() throws { folder = try TemporaryFolder() }

  private func export(
    _ model: StyleModel? = nil, painting spec: String? = nil
  ) throws -> ExportedModel {
    let path = folder.file("model.onnx")
    try (model ?? self.model).exportONNX(
      to: path, painting: spec.map { try StyleMixture(parsing: $0) })
    return try ExportedModel(path)
  }

  @Test(arguments: [nil, "second", "first:1,photo:3"])
  func `every node reads what the caller, a constant or an earlier node gave`(
    spec: String?
  ) throws {
    let graph = try export(painting: spec).graph
    var known = Set(graph.input.map(\.name) + graph.initializer.map(\.name))
    for node in graph.node {
      #expect(known.isSuperset(of: node.input), "\(node.name) reads \(node.input)")
      #expect(known.isDisjoint(with: node.output))
      known.formUnion(node.output)
    }
    #expect(known.isSuperset(of: graph.output.map(\.name)))
    let read = Set(graph.node.flatMap(\.input))
    #expect(graph.initializer.allSatisfy { read.contains($0.name) })
  }

  @Test func `photos and pictures have the size and number that the caller chooses`() throws {
    let graph = try export().graph
    #expect(graph.input.map(\.name) == ["photo", "mixture"])
    #expect(graph.output.map(\.name) == ["picture"])
    let image: [Onnx_TensorShapeProto.Dimension.OneOf_Value?] = [
      .dimParam("batch"), .dimValue(3), .dimParam("height"), .dimParam("width"),
    ]
    for port in graph.input.prefix(1) + graph.output {
      #expect(port.type.tensorType.shape.dim.map(\.value) == image)
    }
    #expect(
      graph.input[1].type.tensorType.shape.dim.map(\.value) == [.dimValue(1), .dimValue(3)])
    #expect(graph.input[1].docString == "the share of each row, in all 1: first, second, photo")
  }

  @Test func `the layers are those of the network in their order`() throws {
    let graph = try export(painting: "first").graph
    let layers = model.network.architecture.layers
    let convolutions = graph.node.filter { ["Conv", "ConvTranspose"].contains($0.opType) }
    #expect(convolutions.map(\.name) == layers.map { "\($0.name).convolved" })
    let strides = convolutions.map { $0.attribute.first { $0.name == "strides" }?.ints[0] }
    #expect(strides == [1, 2, 2, 1, 1, 1, 1, 2, 2, 1])
    #expect(convolutions.suffix(3).map(\.opType) == ["ConvTranspose", "ConvTranspose", "Conv"])
    #expect(
      graph.node.filter { $0.opType == "Add" && $0.name != "centered" }.map(\.input) == [
        ["residual.1.2.normalized", "encoder.3"], ["residual.2.2.normalized", "residual.1.2"],
      ])
    #expect(graph.node.filter { $0.opType == "Relu" }.count == layers.count - 3)
    #expect(graph.node.suffix(3).map(\.opType) == ["Sigmoid", "Shape", "Slice"])
  }

  @Test func `filters have their inputs second`() throws {
    let weights = try export().floats("network.encoder.2.weight")
    let filter = model.network.filters[1].weights.scalars
    #expect(weights.dims == [12, 8, 3, 3])
    // Output 5, input 6, row 2, column 1.
    #expect(weights[((5 * 8 + 6) * 3 + 2) * 3 + 1] == filter[((5 * 3 + 2) * 3 + 1) * 8 + 6])
  }

  @Test func `a transposed convolution does what the filter does over doubled pixels`() throws {
    let file = try export()
    // The graph merges the network's own filter: A·w·Aᵀ, its inputs first.
    let name = "network.decoder.1.weight"
    let own = try file.floats(name)
    let (left, right) = try (file.floats("\(name).left"), file.floats("\(name).right"))
    #expect(own.dims == [12, 16, 3, 3] && left.dims == [4, 3] && right.dims == [3, 4])
    func node(_ name: String) -> Onnx_NodeProto? { file.graph.node.first { $0.name == name } }
    #expect(node("\(name).rows")?.input == ["\(name).left", name])
    #expect(node("\(name).product")?.input == ["\(name).rows", "\(name).right"])
    #expect(node("\(name).merged")?.attribute.first?.ints == [1, 0, 2, 3])
    #expect(node("decoder.1.convolved")?.input == ["decoder.1.framed", "\(name).merged"])
    let filter = model.network.filters[7].weights
    let image = (0..<25).map { sin(Float($0)) }
    let (input, output) = (9, 4)
    func merged(_ y: Int, _ x: Int) -> Float {
      var sum: Float = 0
      for row in 0..<3 {
        for column in 0..<3 {
          sum +=
            left[y * 3 + row] * own[(output * 16 + input) * 9 + row * 3 + column]
            * right[column * 4 + x]
        }
      }
      return sum
    }
    for y in 2..<8 {
      for x in 2..<8 {
        var expected: Float = 0
        for row in 0..<3 {
          for column in 0..<3 {
            let pixel = image[(y + row - 1) / 2 * 5 + (x + column - 1) / 2]
            expected += pixel * filter.scalars[((output * 3 + row) * 3 + column) * 16 + input]
          }
        }
        // Without the border, a pixel at p reaches from 2p − 1 to 2p + 2.
        var found: Float = 0
        for row in 0..<5 where (0..<4).contains(y - 2 * row + 1) {
          for column in 0..<5 where (0..<4).contains(x - 2 * column + 1) {
            let place = (y - 2 * row + 1) * 4 + x - 2 * column + 1
            found += image[row * 5 + column] * merged(place / 4, place % 4)
          }
        }
        #expect(abs(found - expected) < 1e-5)
      }
    }
  }

  // MARK: Mixtures

  @Test func `the caller mixes the rows of the bank, in the encoder and after it`() throws {
    let file = try export()
    let (length, encoder) = (model.bank.scale.shape[1], model.bank.encoderChannels)
    /// Some columns of the bank's three rows.
    func columns(_ scalars: [Float], _ range: Range<Int>) -> [Float] {
      (0..<3).flatMap { row in range.map { scalars[row * length + $0] } }
    }
    let (scale, shift) = (model.bank.scale.scalars, model.bank.shift.scalars)
    let (early, late) = (0..<encoder, encoder..<length)
    #expect(try file.floats("early.gamma").numbers == columns(scale, early))
    #expect(try file.floats("early.beta").numbers == columns(shift, early))
    // What `photo` has in the last layer counts with the photo.
    #expect(try file.floats("late.gamma").numbers == columns(scale, late).dropLast(3) + [0, 0, 0])
    #expect(try file.floats("photo.gamma").numbers == Array(scale.suffix(3)))
    #expect(try file.floats("late.beta").numbers == columns(shift, late))
    #expect(try file.floats("late.beta").dims == [3, Int64(length - encoder)])
    let names = model.network.architecture.layers.map { "\($0.name).gamma" }
    for (place, layers) in [("early", names.prefix(3)), ("late", names.dropFirst(3))] {
      let split = try #require(file.graph.node.first { $0.name == "\(place).gamma.layers" })
      #expect(split.output == Array(layers))
    }
  }

  /// The way from w to the row `photo`, times what it weighs, is added in the encoder and taken away
  /// after it.
  @Test func `a given share of the photo counts more in the encoder than after it`() throws {
    let nodes = try export().graph.node
    func inputs(_ name: String) -> [String]? { nodes.first { $0.name == name }?.input }
    #expect(inputs("photo.way") == ["photo.alone", "mixture"])
    #expect(inputs("photo.pull") == ["photo.weight", "photo.way"])
    #expect(inputs("early.mixture") == ["mixture", "photo.pull"])
    #expect(inputs("late.mixture") == ["mixture", "photo.pull"])
    #expect(nodes.first { $0.name == "late.mixture" }?.opType == "Sub")
  }

  @Test func `a given mixture is mixed beforehand`() throws {
    let file = try export(painting: "first:1,second:3")
    #expect(file.graph.input.map(\.name) == ["photo"])
    let (scale, length) = (model.bank.scale.scalars, model.bank.scale.shape[1])
    let mixed = (0..<8).map { 0.25 * scale[$0] + 0.75 * scale[length + $0] }
    #expect(try file.floats("encoder.1.gamma").numbers == mixed)
    #expect(!file.graph.node.contains { $0.name.hasPrefix("photo.") })
  }

  @Test func `a share of the photo takes its statistics from the photo`() throws {
    let file = try export(painting: "first:1,photo:3")
    // Squared after the encoder.
    #expect(try file.floats("photo.share").numbers == [0.5625])
    let total = try #require(file.graph.node.first { $0.name == "photo.scale" })
    #expect(total.input == ["photo.gain", "photo.deviation"])
  }

  @Test func `a model without the row “photo” has no part for it`() throws {
    let graph = try export(RandomModel.make(["first", "second"])).graph
    #expect(!graph.node.contains { $0.name.hasPrefix("photo.") })
    #expect(graph.node.filter { $0.opType == "InstanceNormalization" }.count == 10)
  }

  // MARK: Metadata

  @Test func `the metadata tell the order of the rows and the paintings`() throws {
    let facts = try export().facts
    #expect(
      facts.keys.sorted() == [
        "architecture", "fingerprint", "format", "format_version", "rows", "styles", "training",
      ])
    #expect(facts["format"] == "impasto-onnx" && facts["format_version"] == "2")
    #expect(facts["architecture"] == model.network.architecture.json)
    #expect(facts["fingerprint"] == model.fingerprint)
    #expect(facts["rows"] == #"["first","second","photo"]"#)
    let styles = try #require(facts["styles"])
    #expect(
      try JSONDecoder().decode([StyleDescription].self, from: Data(styles.utf8)) == model.styles)
  }

  @Test func `an export is read with the settings of its training`() throws {
    _ = try export()
    let path = folder.file("model.onnx")
    let read = try StyleModel(exported: ONNXFile.read(path), path: path)
    #expect(read.trainingSettings == model.trainingSettings)
    #expect(read.fingerprint == model.fingerprint)
  }

  @Test func `the metadata of a given mixture tell its shares and paintings`() throws {
    let facts = try export(painting: "second:1,photo:3").facts
    #expect(
      facts.keys.sorted() == [
        "architecture", "fingerprint", "format", "format_version", "mixture", "styles",
        "training",
      ])
    #expect(facts["mixture"] == #"{"photo":0.75,"second":0.25}"#)
    let styles = try #require(facts["styles"])
    #expect(
      try JSONDecoder().decode([StyleDescription].self, from: Data(styles.utf8))
        == [model.styles[1]])
  }

  @Test func `a style that the model lacks is refused, and nothing is written`() throws {
    #expect(throws: StyleModelError.unknownStyle("third", known: ["first", "second"])) {
      _ = try export(painting: "third")
    }
    #expect(folder.names.isEmpty)
  }
}

/// An ONNX file, parsed.
private struct ExportedModel {
  let graph: Onnx_GraphProto
  /// The metadata.
  let facts: [String: String]

  init(_ path: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let model = try Onnx_ModelProto(serializedBytes: bytes)
    graph = model.graph
    facts = Dictionary(uniqueKeysWithValues: model.metadataProps.map { ($0.key, $0.value) })
  }

  /// A constant of the graph.
  struct Floats {
    let dims: [Int64]
    let numbers: [Float]
    subscript(index: Int) -> Float { numbers[index] }
  }

  func floats(_ name: String) throws -> Floats {
    let tensor = try #require(graph.initializer.first { $0.name == name })
    let numbers = tensor.rawData.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    return Floats(dims: tensor.dims, numbers: numbers)
  }
}
