// Indirect since Swift 6.3 copies an error that lies in another one wrongly where both have cases of
// several strings and arrays: the optimized copy of `ModelFileError` took one case for another.
/// A fault of an ONNX model.
///
/// Tensors, nodes and values are called by their names in the file.
public indirect enum ONNXFault: Error, Equatable, Sendable {
  /// The bytes are not a message of the format.
  case unknownForm
  /// The messages have text that is not UTF-8.
  case invalidText
  /// The file has more parts than are read.
  case tooManyParts(limit: Int)
  /// The model names no version of the standard operators, or operators of others.
  case noOperatorSet
  /// The model uses a version of the operators that is not read.
  case unsupportedOperatorSet(Int)
  /// A tensor's values are in another file.
  case externalData(tensor: String)
  /// A tensor has negative extents, or too large ones.
  case invalidShape([Int], tensor: String)
  /// A tensor has `found` values, and its extents say `expected`.
  case wrongCount(expected: Int, found: Int, tensor: String)
  /// A tensor's values are of a type that is not read.
  case unsupportedType(tensor: String)
  /// A node uses an operator, the first value, that is not of the standard.
  case foreignOperator(String, node: String)
  /// A node has an attribute, the first value, that is not read, such as a graph.
  case unsupportedAttribute(String, node: String)
  /// A node reads a value, the first one, that no node before it computes.
  case unknownValue(String, node: String)
  /// Two values of the graph have the same name.
  case duplicateValue(String)
}

extension ONNXFault: CustomStringConvertible {
  /// The fault, expected and found, and the remedy.
  public var description: String {
    switch self {
    case .unknownForm: "not an ONNX model, or a damaged one; check that it is the right file"
    case .invalidText: "the ONNX model has text that is not UTF-8; \(damaged)"
    case .tooManyParts(let limit):
      "the ONNX model has more than \(limit) parts, which is more than are read; simplify the model"
    case .noOperatorSet:
      "the ONNX model does not say which version of ONNX's operators it uses; export it again"
    case .unsupportedOperatorSet(let version):
      "the ONNX model uses version \(version) of ONNX's operators, where "
        + "\(ONNXFile.readableOperatorSets.lowerBound) to "
        + "\(ONNXFile.readableOperatorSets.upperBound) are read; convert or export it again"
    case .externalData(let tensor):
      "the ONNX model keeps the numbers of '\(tensor)' in another file, which is not read; save the"
        + " model as one file"
    case .invalidShape(let shape, let tensor):
      "'\(tensor)' of the ONNX model has the shape \(shape), which no tensor can have; \(damaged)"
    case .wrongCount(let expected, let found, let tensor):
      "'\(tensor)' of the ONNX model has \(found) numbers, where \(expected) are expected;"
        + " \(damaged)"
    case .unsupportedType(let tensor):
      "'\(tensor)' of the ONNX model has numbers of a type that is not read; convert them to float"
    case .foreignOperator(let operation, let node):
      "node '\(node)' of the ONNX model is \(operation), which is not one of ONNX's own operators;"
        + " export the model with those alone"
    case .unsupportedAttribute(let attribute, let node):
      "node '\(node)' of the ONNX model has the attribute '\(attribute)' of a kind that is not read;"
        + " simplify the model"
    case .unknownValue(let value, let node):
      "node '\(node)' of the ONNX model reads '\(value)', which no node before it makes: the model"
        + " is out of order or runs in a circle; export it again"
    case .duplicateValue(let value):
      "the ONNX model makes '\(value)' twice; \(damaged)"
    }
  }
}
