/// The type of a tensor's scalars.
public enum ScalarType: String, Hashable, Sendable, CaseIterable {
  /// IEEE 754 single precision.
  case float32 = "f32"
  /// The upper half of a `float32`: its exponent with 8 significant bits.
  case bfloat16 = "bf16"

  /// Bytes per scalar.
  public var size: Int {
    switch self {
    case .float32: 4
    case .bfloat16: 2
    }
  }
}

/// Conversions between `Float` and the bits of a bfloat16.
extension Float {
  /// The number whose bfloat16 bits are `bits`.
  package init(bfloat16Bits bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }

  /// The nearest bfloat16, ties to even; NaN stays NaN.
  package var bfloat16Bits: UInt16 {
    if isNaN { return UInt16(truncatingIfNeeded: bitPattern >> 16) | 0x40 }
    let bits = bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
  }
}
