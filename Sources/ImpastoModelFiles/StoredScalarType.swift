/// The types of scalars that model files are read with.
public enum StoredScalarType: String, Hashable, Sendable, CaseIterable {
  case uint8, int8, int16, int32, int64
  case float16, bfloat16, float32, float64

  /// Bytes per scalar.
  public var size: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16, .float16, .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }
}
