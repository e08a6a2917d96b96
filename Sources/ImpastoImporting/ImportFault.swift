/// A part of a file that does not fit a network that can be imported.
public enum ImportFault: Error, Equatable, Sendable {
  /// A node of a graph is not what any layer does.
  case node(String, operation: String, reason: String)
  /// A graph's input or output is not a photo, a picture or the styles' weights.
  case port(String, shape: String, reason: String)
  /// A file of tensors lacks one that its family has, or has it in another shape.
  case tensor(String, found: String?, expected: String)
  /// A file of tensors has one that its family lacks.
  case surplusTensor(String, shape: String)
  /// The layers do not make a network.
  case network(String)
}

extension ImportFault: CustomStringConvertible {
  /// The part that does not fit, expected and found.
  public var description: String {
    switch self {
    case .node(let name, let operation, let reason): "node '\(name)' (\(operation)) \(reason)"
    case .port(let name, let shape, let reason): "'\(name)' of shape \(shape) \(reason)"
    case .tensor(let name, let found?, let expected):
      "tensor '\(name)' is \(found), where \(expected) is expected"
    case .tensor(let name, nil, let expected): "it lacks the tensor '\(name)' (\(expected))"
    case .surplusTensor(let name, let shape):
      "tensor '\(name)' (\(shape)) has no place in the network"
    case .network(let reason): reason
    }
  }
}
