import Foundation
import ImpastoModelFiles
import ImpastoTensors
import SwiftProtobuf
import Testing

@Suite struct ONNXReadingTests {
  private static let remedy = "the file is damaged or incomplete; copy or download it again"

  /// A model of one node, which takes `x`, adds the constant `c` to it and gives `y`, with a change.
  private func bytes(_ change: (inout Onnx_ModelProto) -> Void = { _ in }) throws -> Data {
    var model = Onnx_ModelProto.with {
      $0.irVersion = 8
      $0.opsetImport = [.with { $0.version = 17 }]
      $0.graph.input = [.with { $0.name = "x" }]
      $0.graph.output = [.with { $0.name = "y" }]
      $0.graph.initializer = [
        .with {
          $0.name = "c"
          $0.dataType = .float
          $0.dims = [2]
          $0.floatData = [0.5, -1]
        }
      ]
      $0.graph.node = [
        .with {
          $0.name = "sum"
          $0.opType = "Add"
          $0.input = ["x", "c"]
          $0.output = ["y"]
        }
      ]
    }
    change(&model)
    return try model.serializedData()
  }

  private func text(of bytes: Data) -> String? {
    let error = #expect(throws: ModelFileError.self) {
      _ = try ONNXFile.read(bytes, name: "n.onnx")
    }
    return error?.description
  }

  @Test func `a model is read with its nodes, constants and version`() throws {
    let model = try ONNXFile.read(
      try bytes {
        $0.graph.input[0].type.tensorType.shape.dim = [
          .with { $0.dimValue = 3 }, .with { $0.dimParam = "h" },
        ]
        $0.graph.initializer.append(
          .with {
            $0.name = "raw"
            $0.dataType = .int64
            $0.dims = [2, 1]
            $0.rawData = Data([1, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 8))
          })
        $0.graph.node[0].attribute = [
          .with {
            $0.name = "axes"
            $0.type = .ints
            $0.ints = [2, 3]
          }
        ]
      }, name: "n.onnx")
    #expect(model.operatorSet == 17)
    let node = try #require(model.graph.nodes.first)
    #expect(node.operation == "Add")
    #expect(node.inputs.map(\.name) == ["x", "c"])
    guard case .integers([2, 3]) = node.attributes["axes"] else {
      Issue.record("\(node.attributes)")
      return
    }
    guard case .floats(let tensor) = model.graph.constants[0].numbers,
      case .integers([1, -1], shape: [2, 1]) = model.graph.constants[1].numbers
    else {
      Issue.record("\(model.graph.constants)")
      return
    }
    #expect(tensor.scalars == [0.5, -1])
    guard case .fixed(3) = model.graph.inputs[0].extents[0],
      case .free("h") = model.graph.inputs[0].extents[1]
    else {
      Issue.record("\(model.graph.inputs)")
      return
    }
  }

  @Test func `what is no ONNX model is refused`() throws {
    let other = "n.onnx: not an ONNX model, or a damaged one; check that it is the right file"
    #expect(text(of: Data()) == other)
    #expect(text(of: Data("hello, world".utf8)) == other)
    let whole = try bytes()
    for length in 1..<whole.count {
      #expect(throws: ModelFileError.self) {
        _ = try ONNXFile.read(whole.prefix(length), name: "n.onnx")
      }
    }
  }

  /// A change to the model, and what is said of it.
  struct Fault: Sendable {
    let change: @Sendable (inout Onnx_ModelProto) -> Void
    let text: String

    init(_ change: @escaping @Sendable (inout Onnx_ModelProto) -> Void, _ text: String) {
      (self.change, self.text) = (change, text)
    }
  }

  private static let faults = [
    Fault(
      { $0.opsetImport = [] },
      "the ONNX model does not say which version of ONNX's operators it uses; export it again"
    ),
    Fault(
      { $0.opsetImport[0].version = 99 },
      "the ONNX model uses version 99 of ONNX's operators, where 7 to 25 are read; convert or"
        + " export it again"
    ),
    Fault(
      { $0.graph.node[0].domain = "com.example" },
      "node 'sum' of the ONNX model is com.example.Add, which is not one of ONNX's own operators;"
        + " export the model with those alone"
    ),
    Fault(
      {
        $0.graph.initializer[0].externalData = [
          .with {
            $0.key = "location"
            $0.value = "/etc/passwd"
          }
        ]
      },
      "the ONNX model keeps the numbers of 'c' in another file, which is not read; save the model"
        + " as one file"
    ),
    Fault(
      { $0.graph.initializer[0].dataLocation = .external },
      "the ONNX model keeps the numbers of 'c' in another file, which is not read; save the model"
        + " as one file"
    ),
    Fault(
      { $0.graph.initializer[0].dims = [-2] },
      "'c' of the ONNX model has the shape [-2], which no tensor can have; \(remedy)"
    ),
    Fault(
      { $0.graph.initializer[0].dims = [1 << 40, 1 << 40] },
      "'c' of the ONNX model has the shape [1099511627776, 1099511627776], which no tensor can"
        + " have; \(remedy)"
    ),
    Fault(
      { $0.graph.initializer[0].dims = [1 << 20] },
      "'c' of the ONNX model has 2 numbers, where 1048576 are expected; \(remedy)"
    ),
    Fault(
      {
        $0.graph.initializer[0].dims = [1]
        $0.graph.initializer[0].rawData = Data([0x40])
      },
      "'c' of the ONNX model has 0 numbers, where 1 are expected; \(remedy)"
    ),
    Fault(
      {
        $0.graph.initializer[0].dims = [1]
        $0.graph.initializer[0].rawData = Data(count: 5)
      },
      "'c' of the ONNX model has 2 numbers, where 1 are expected; \(remedy)"
    ),
    Fault(
      { $0.graph.initializer[0].dataType = .string },
      "'c' of the ONNX model has numbers of a type that is not read; convert them to float"
    ),
    Fault(
      {
        $0.graph.input[0].type.tensorType.shape.dim = [.with { $0.dimValue = -3 }]
      },
      "'x' of the ONNX model has the shape [-3], which no tensor can have; \(remedy)"
    ),
    Fault(
      {
        $0.graph.node[0].attribute = [
          .with {
            $0.name = "body"
            $0.type = .graph
          }
        ]
      },
      "node 'sum' of the ONNX model has the attribute 'body' of a kind that is not read; simplify"
        + " the model"
    ),
    Fault(
      { $0.graph.node[0].input[0] = "y" },
      "node 'sum' of the ONNX model reads 'y', which no node before it makes: the model is out of"
        + " order or runs in a circle; export it again"
    ),
    Fault(
      { $0.graph.node[0].output = ["x"] },
      "the ONNX model makes 'x' twice; \(remedy)"
    ),
    Fault(
      { $0.graph.output[0].name = "z" },
      "node 'output' of the ONNX model reads 'z', which no node before it makes: the model is out"
        + " of order or runs in a circle; export it again"
    ),
  ]

  @Test(arguments: faults)
  func `a part that is not read is told by name`(fault: Fault) throws {
    #expect(text(of: try bytes(fault.change)) == "n.onnx: \(fault.text)")
  }

  @Test func `names that are not UTF-8 are refused`() throws {
    var bytes = try bytes { $0.graph.node[0].name = "unusual" }
    let place = try #require(bytes.range(of: Data("unusual".utf8)))
    bytes[place.lowerBound] = 0xFF
    #expect(
      text(of: bytes) == "n.onnx: the ONNX model has text that is not UTF-8; \(Self.remedy)")
  }

  @Test func `a graph of a million empty nodes is refused before they are made`() {
    let nodes = [UInt8](repeating: 0, count: 2_000_000).indices.map {
      UInt8($0 % 2 == 0 ? 0x0A : 0)
    }
    var bytes = Data([0x3A, 0x80, 0x89, 0x7A])  // The graph, of 2,000,000 bytes.
    bytes += nodes
    #expect(
      text(of: bytes)
        == "n.onnx: the ONNX model has more than 100000 parts, which is more than are read; simplify"
        + " the model")
  }
}
