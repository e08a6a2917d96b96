package import ImpastoTensors

/// A computation in the words of ONNX: nodes, each of which makes named values of others.
///
/// Every value is of f32 numbers, but for shapes and the like.
package struct ONNXGraph: Sendable {
  /// A tensor that goes in, comes out, or is made in between.
  package struct Value: Hashable, Sendable {
    /// Unique within the graph.
    package let name: String
  }

  /// One extent of a tensor.
  package enum Extent: Sendable {
    case fixed(Int)
    /// The caller's choice; equal names mean equal extents.
    case free(String)
  }

  /// A tensor that the caller gives or gets.
  package struct Port: Sendable {
    package let value: Value
    package let extents: [Extent]
    let meaning: String
  }

  /// A setting of a node.
  package enum Attribute: Sendable {
    case integer(Int)
    case integers([Int])
    case number(Float)
    case numbers([Float])
    case text(String)
    case constant(Constant)
  }

  /// One step of the computation.
  package struct Node: Sendable {
    package let name: String
    package let operation: String
    /// The inputs; an optional one that is left out has an empty name.
    package let inputs: [Value]
    package let outputs: [Value]
    package let attributes: [String: Attribute]
  }

  /// Numbers that come with the graph.
  package enum Constant: Sendable {
    case floats(Tensor)
    case integers([Int], shape: [Int])
  }

  let name: String
  package internal(set) var inputs: [Port] = []
  package internal(set) var outputs: [Port] = []
  package internal(set) var constants: [(value: Value, numbers: Constant)] = []
  package internal(set) var nodes: [Node] = []
  private var names: Set<String> = []

  /// Creates an empty graph.
  package init(name: String) { self.name = name }

  /// Adds a tensor that the caller gives.
  package mutating func input(_ name: String, _ extents: [Extent], meaning: String) -> Value {
    let value = newValue(name)
    inputs.append(Port(value: value, extents: extents, meaning: meaning))
    return value
  }

  /// Declares a value that the caller gets.
  package mutating func output(_ value: Value, _ extents: [Extent], meaning: String) {
    outputs.append(Port(value: value, extents: extents, meaning: meaning))
  }

  /// Adds f32 numbers.
  package mutating func constant(_ numbers: Tensor, named name: String) -> Value {
    precondition(
      numbers.scalarType == .float32, "\(name): constants of \(numbers.scalarType.rawValue)")
    return constant(.floats(numbers), named: name)
  }

  /// Adds a list of whole numbers.
  package mutating func constant(_ numbers: [Int], named name: String) -> Value {
    constant(.integers(numbers, shape: [numbers.count]), named: name)
  }

  /// Adds a node that makes one value, and is called as that is.
  ///
  /// - Parameter operation: The name of an operator of ONNX, such as `Conv`.
  package mutating func apply(
    _ operation: String, to inputs: [Value], _ attributes: [String: Attribute] = [:],
    named name: String
  ) -> Value {
    let value = newValue(name)
    nodes.append(
      Node(
        name: name, operation: operation, inputs: inputs, outputs: [value],
        attributes: attributes))
    return value
  }

  /// Adds a node that cuts a list of numbers into lists of so many each.
  package mutating func split(
    _ list: Value, into pieces: [(name: String, count: Int)], named name: String
  ) -> [Value] {
    let counts = constant(pieces.map(\.count), named: "\(name).counts")
    let values = pieces.map { newValue($0.name) }
    nodes.append(
      Node(
        name: name, operation: "Split", inputs: [list, counts], outputs: values,
        attributes: ["axis": .integer(0)]))
    return values
  }

  private mutating func constant(_ numbers: Constant, named name: String) -> Value {
    let value = newValue(name)
    constants.append((value, numbers))
    return value
  }

  private mutating func newValue(_ name: String) -> Value {
    guard let value = adding(name) else {
      preconditionFailure("two values are named \(name)")
    }
    return value
  }

  /// The value of a name that none has so far; nil where one has it.
  mutating func adding(_ name: String) -> Value? {
    names.insert(name).inserted ? Value(name: name) : nil
  }

  /// Returns whether a value has that name.
  func has(_ name: String) -> Bool { names.contains(name) }
}
