public import ImpastoTensors

/// Tensors by name, with text that describes them.
public struct NamedTensors: Sendable {
  /// The tensors.
  public var tensors: [String: Tensor]
  /// Facts about the tensors, by name.
  public var metadata: [String: String]
  /// The names of f32 tensors that are to be written in half precision, each number rounded to the
  /// nearest; what is read is f32 again.
  public var halfPrecision: Set<String> = []

  /// Creates a collection of named tensors.
  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The bytes of all tensors as they are written.
  package var byteCount: Int {
    tensors.reduce(0) { sum, tensor in
      let (name, value) = tensor
      return sum + value.shape.count * (halfPrecision.contains(name) ? 2 : value.scalarType.size)
    }
  }
}
