import Foundation
import ImpastoModelFiles
import ImpastoTensors
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct ONNXFileTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("model.onnx")
  }

  /// y = the first half of x · w.
  private var graph: ONNXGraph {
    var graph = ONNXGraph(name: "halves")
    let x = graph.input("x", [.free("n"), .fixed(2)], meaning: "anything")
    let w = graph.constant(Tensor([1, -2, 0.5, 4], shape: [2, 2]), named: "w")
    let product = graph.apply(
      "Gemm", to: [x, w], ["transB": .integer(1), "alpha": .number(0.5)], named: "product")
    let halves = graph.split(product, into: [("y", 3), ("rest", 5)], named: "halves")
    graph.output(halves[0], [.fixed(3), .free("n")], meaning: "half")
    return graph
  }

  private func written() throws -> Onnx_ModelProto {
    try ONNXFile.write(graph, meaning: "Halves.", metadata: ["b": "2", "a": "1"], to: path)
    return try Onnx_ModelProto(
      serializedBytes: try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func `a model says what it is and which operators it needs`() throws {
    let model = try written()
    #expect(model.irVersion == 8)
    #expect(model.opsetImport.map(\.domain) == [""])
    #expect(model.opsetImport.map(\.version) == [18])
    #expect(model.producerName == "impasto")
    #expect(model.docString == "Halves.")
    #expect(model.metadataProps.map { [$0.key, $0.value] } == [["a", "1"], ["b", "2"]])
  }

  @Test func `a graph is read back as it was built`() throws {
    let graph = try written().graph
    #expect(graph.name == "halves")
    #expect(graph.input.map(\.name) == ["x"])
    #expect(graph.input.map(\.docString) == ["anything"])
    let input = graph.input[0].type.tensorType
    #expect(input.elemType == .float)
    #expect(input.shape.dim.map(\.value) == [.dimParam("n"), .dimValue(2)])
    #expect(graph.output.map(\.name) == ["y"])
    #expect(
      graph.output[0].type.tensorType.shape.dim.map(\.value) == [.dimValue(3), .dimParam("n")])

    #expect(graph.node.map(\.opType) == ["Gemm", "Split"])
    #expect(graph.node.map(\.input) == [["x", "w"], ["product", "halves.counts"]])
    #expect(graph.node.map(\.output) == [["product"], ["y", "rest"]])
    let attributes = graph.node[0].attribute
    #expect(attributes.map(\.name) == ["alpha", "transB"])
    #expect(attributes.map(\.type) == [.float, .int])
    #expect(attributes[0].f == 0.5 && attributes[1].i == 1)
  }

  @Test func `constants keep their numbers and shapes`() throws {
    let constants = try written().graph.initializer
    #expect(constants.map(\.name) == ["w", "halves.counts"])
    #expect(constants.map(\.dims) == [[2, 2], [2]])
    #expect(constants.map(\.dataType) == [.float, .int64])
    let numbers: [Float] = [1, -2, 0.5, 4]
    #expect(constants[0].rawData == numbers.withUnsafeBytes { Data($0) })
    #expect(constants[1].rawData == Data([3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]))
  }

  @Test func `the same graph gives the same bytes`() throws {
    _ = try written()
    let first = try Data(contentsOf: URL(fileURLWithPath: path))
    _ = try written()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
  }

  @Test func `a model that cannot be written leaves nothing behind`() throws {
    let place = folder.file("missing/model.onnx")
    let error = #expect(throws: ModelFileError.self) {
      try ONNXFile.write(graph, meaning: "", metadata: [:], to: place)
    }
    #expect(
      error?.description == """
        \(place): cannot be written (No such file or directory); check the folder, its \
        permissions and the free space
        """)
    #expect(folder.names.isEmpty)
  }

  @Test func `numbers beyond the format's limit are refused by name`() {
    #expect(
      ModelFileError.onnxTooLarge(byteCount: 3_000_000_000, file: "a.onnx").description
        == "a.onnx: 3000000000 bytes of numbers are more than the 2 GB that an ONNX file can hold; "
        + "export a smaller network")
  }
}
