import Foundation
import ImpastoTensors
import SwiftProtobuf

/// Messages of the format as graphs.
extension ONNXGraph {
  /// Creates the graph that a file describes.
  ///
  /// Every value has one name, and is made before it is read.
  init(_ message: Onnx_GraphProto) throws(ONNXFault) {
    self.init(name: message.name)
    for tensor in message.initializer {
      constants.append((try newValue(tensor.name), try Constant(tensor, named: tensor.name)))
    }
    for port in message.input where !has(port.name) {  // Old files list constants here as well.
      inputs.append(try Port(port, value: try newValue(port.name)))
    }
    for (index, node) in message.node.enumerated() {
      nodes.append(try read(node, index: index))
    }
    for port in message.output {
      guard has(port.name) else { throw .unknownValue(port.name, node: "output") }
      outputs.append(try Port(port, value: Value(name: port.name)))
    }
  }

  private mutating func newValue(_ name: String) throws(ONNXFault) -> Value {
    guard let value = adding(name) else { throw .duplicateValue(name) }
    return value
  }

  private mutating func read(
    _ message: Onnx_NodeProto, index: Int
  ) throws(ONNXFault) -> Node {
    let name = message.name.isEmpty ? "\(message.opType) \(index)" : message.name
    guard ONNXFile.isStandard(message.domain) else {
      throw .foreignOperator("\(message.domain).\(message.opType)", node: name)
    }
    for input in message.input where !input.isEmpty && !has(input) {
      throw .unknownValue(input, node: name)
    }
    var attributes: [String: Attribute] = [:]
    for attribute in message.attribute {
      attributes[attribute.name] = try Attribute(attribute, ofNode: name)
    }
    var outputs: [Value] = []
    for output in message.output where !output.isEmpty {
      outputs.append(try newValue(output))
    }
    return Node(
      name: name, operation: message.opType, inputs: message.input.map(Value.init(name:)),
      outputs: outputs, attributes: attributes)
  }
}

extension ONNXGraph.Port {
  fileprivate init(_ port: Onnx_ValueInfoProto, value: ONNXGraph.Value) throws(ONNXFault) {
    var extents: [ONNXGraph.Extent] = []
    for dimension in port.type.tensorType.shape.dim {
      switch dimension.value {
      case .dimValue(let count) where 1...1 << 24 ~= count: extents.append(.fixed(Int(count)))
      case .dimValue(let count):
        throw .invalidShape([Int(clamping: count)], tensor: port.name)
      case .dimParam(let name): extents.append(.free(name))
      case nil: extents.append(.free(""))
      }
    }
    self.init(value: value, extents: extents, meaning: port.docString)
  }
}

extension ONNXGraph.Attribute {
  fileprivate init(_ attribute: Onnx_AttributeProto, ofNode node: String) throws(ONNXFault) {
    switch attribute.type {
    case .int: self = .integer(Int(attribute.i))
    case .ints: self = .integers(attribute.ints.map(Int.init))
    case .float: self = .number(attribute.f)
    case .floats: self = .numbers(attribute.floats)
    case .string:
      guard let text = String(validating: attribute.s, as: UTF8.self) else { throw .invalidText }
      self = .text(text)
    case .tensor: self = .constant(try ONNXGraph.Constant(attribute.t, named: node))
    case .graph, .undefined: throw .unsupportedAttribute(attribute.name, node: node)
    }
  }
}

extension ONNXGraph.Constant {
  fileprivate init(_ tensor: Onnx_TensorProto, named name: String) throws(ONNXFault) {
    guard tensor.dataLocation != .external, tensor.externalData.isEmpty else {
      throw .externalData(tensor: name)
    }
    let shape = tensor.dims.map(Int.init)
    guard shape.count <= 64, shape.allSatisfy({ $0 >= 0 }), let count = checkedProduct(shape),
      count <= 1 << 28
    else { throw .invalidShape(shape, tensor: name) }
    func check(_ found: Int) throws(ONNXFault) {
      guard found == count else {
        throw .wrongCount(expected: count, found: found, tensor: name)
      }
    }
    if let type = tensor.dataType.stored, tensor.hasRawData {
      let (found, rest) = tensor.rawData.count.quotientAndRemainder(dividingBy: type.size)
      // A part of a number is one too few, or one too many.
      try check(rest == 0 || found < count ? found : found + 1)
      let stored = StoredTensor(
        scalarType: type, layout: StridedLayout(contiguous: shape), storage: tensor.rawData)
      self =
        tensor.dataType.isReal
        ? .floats(Tensor(stored.floats(), shape: Shape(shape)))
        : .integers(stored.integers(), shape: shape)
      return
    }
    func floats(_ numbers: [Float]) throws(ONNXFault) -> Self {
      try check(numbers.count)
      return .floats(Tensor(numbers, shape: Shape(shape)))
    }
    func integers(_ numbers: [Int]) throws(ONNXFault) -> Self {
      try check(numbers.count)
      return .integers(numbers, shape: shape)
    }
    switch tensor.dataType {
    case .float: self = try floats(tensor.floatData)
    case .double: self = try floats(tensor.doubleData.map(Float.init))
    case .float16:
      self = try floats(
        tensor.int32Data.map {
          Float(Float16(bitPattern: UInt16(truncatingIfNeeded: $0)))
        })
    case .int64: self = try integers(tensor.int64Data.map(Int.init))
    case .bool, .uint8, .int8, .int16, .int32: self = try integers(tensor.int32Data.map(Int.init))
    default: throw .unsupportedType(tensor: name)
    }
  }
}

extension Onnx_TensorProto.DataType {
  /// The type of the scalars in a tensor's raw bytes, where it is one that is read.
  fileprivate var stored: StoredScalarType? {
    switch self {
    case .float: .float32
    case .double: .float64
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .bool, .uint8: .uint8
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .undefined, .string, .uint16, .uint32, .uint64: nil
    }
  }

  /// Indicates whether the scalars are no whole numbers.
  fileprivate var isReal: Bool {
    switch self {
    case .float, .double, .float16, .bfloat16: true
    default: false
    }
  }
}
