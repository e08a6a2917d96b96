import Foundation
import ImpastoTensors
import SwiftProtobuf

/// Graphs as the messages of the format.
extension Onnx_GraphProto {
  init(_ graph: ONNXGraph) {
    self.init()
    name = graph.name
    input = graph.inputs.map(Onnx_ValueInfoProto.init)
    output = graph.outputs.map(Onnx_ValueInfoProto.init)
    initializer = graph.constants.map { Onnx_TensorProto($0.numbers, named: $0.value.name) }
    node = graph.nodes.map(Onnx_NodeProto.init)
  }
}

extension ONNXGraph {
  /// Returns whether both graphs compute the same by the same nodes.
  package func isSame(as other: ONNXGraph) -> Bool {
    Onnx_GraphProto(self) == Onnx_GraphProto(other)
  }
}

extension Onnx_ValueInfoProto {
  fileprivate init(_ port: ONNXGraph.Port) {
    self.init()
    name = port.value.name
    docString = port.meaning
    type.tensorType.elemType = .float
    type.tensorType.shape.dim = port.extents.map { extent in
      .with {
        switch extent {
        case .fixed(let count): $0.dimValue = Int64(count)
        case .free(let name): $0.dimParam = name
        }
      }
    }
  }
}

extension Onnx_TensorProto {
  fileprivate init(_ numbers: ONNXGraph.Constant, named name: String) {
    self.init()
    self.name = name
    switch numbers {
    case .floats(let tensor):
      dataType = .float
      dims = tensor.shape.dimensions.map(Int64.init)
      rawData = tensor.withUnsafeBytes { Data($0) }
    case .integers(let list, let shape):
      dataType = .int64
      dims = shape.map(Int64.init)
      rawData = list.map { Int64($0).littleEndian }.withUnsafeBytes { Data($0) }
    }
  }
}

extension ONNXGraph.Constant {
  /// The bytes that the numbers take in a file.
  var byteCount: Int {
    switch self {
    case .floats(let tensor): tensor.byteCount
    case .integers(let list, _): 8 * list.count
    }
  }
}

extension Onnx_NodeProto {
  fileprivate init(_ node: ONNXGraph.Node) {
    self.init()
    name = node.name
    opType = node.operation
    input = node.inputs.map(\.name)
    output = node.outputs.map(\.name)
    attribute = node.attributes.sorted { $0.key < $1.key }.map(Onnx_AttributeProto.init)
  }
}

extension Onnx_AttributeProto {
  fileprivate init(_ name: String, _ value: ONNXGraph.Attribute) {
    self.init()
    self.name = name
    switch value {
    case .integer(let number): (type, i) = (.int, Int64(number))
    case .integers(let list): (type, ints) = (.ints, list.map(Int64.init))
    case .number(let number): (type, f) = (.float, number)
    case .numbers(let list): (type, floats) = (.floats, list)
    case .text(let text): (type, s) = (.string, Data(text.utf8))
    case .constant(let numbers): (type, t) = (.tensor, Onnx_TensorProto(numbers, named: ""))
    }
  }
}
