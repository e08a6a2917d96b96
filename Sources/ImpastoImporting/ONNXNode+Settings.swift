import ImpastoModelFiles
import ImpastoTensors

/// The settings of a node by name, of the kinds that operators have.
extension ONNXGraph.Node {
  func integer(_ name: String) -> Int? {
    guard case .integer(let number) = attributes[name] else { return nil }
    return number
  }

  func integers(_ name: String) -> [Int]? {
    guard case .integers(let list) = attributes[name] else { return nil }
    return list
  }

  func number(_ name: String) -> Float? {
    guard case .number(let number) = attributes[name] else { return nil }
    return number
  }

  func numbers(_ name: String) -> [Float]? {
    guard case .numbers(let list) = attributes[name] else { return nil }
    return list
  }

  func text(_ name: String) -> String? {
    guard case .text(let text) = attributes[name] else { return nil }
    return text
  }
}

extension Numbers {
  /// The numbers that come with a graph.
  init(_ constant: ONNXGraph.Constant) {
    switch constant {
    case .floats(let tensor):
      self.init(shape: tensor.shape.dimensions, scalars: tensor.scalars.map(Double.init))
    case .integers(let list, let shape):
      self.init(shape: shape, scalars: list.map(Double.init), isWhole: true)
    }
  }

  /// The numbers of a node that is nothing else.
  init?(ofConstant node: ONNXGraph.Node) {
    if case .constant(let numbers) = node.attributes["value"] {
      self.init(numbers)
    } else if let number = node.number("value_float") {
      self.init(shape: [], scalars: [Double(number)])
    } else if let number = node.integer("value_int") {
      self.init(shape: [], scalars: [Double(number)], isWhole: true)
    } else if let list = node.integers("value_ints") {
      self.init(extents: list)
    } else if let list = node.numbers("value_floats") {
      self.init(shape: [list.count], scalars: list.map(Double.init))
    } else {
      return nil
    }
  }
}
