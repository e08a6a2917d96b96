import ImpastoTensors

/// A filter's weights as half-precision numbers and one power of two: `weight = number · 2⁻ᵉ`.
///
/// The exponent brings the largest weight near the largest half-precision number, so that small
/// weights keep as many digits as large ones.
struct HalfWeights {
  /// The exponents that files may hold: 2 to their power, and to their negative, is a `Float`.
  static let exponents = -126...126

  let exponent: Int
  /// The weights times 2ᵉ, each a half-precision number; f32 of the filter's shape.
  let numbers: Tensor

  /// The weights rounded to half precision, such that rounding them on to bf16 gives what rounding
  /// the original ones to bf16 gives; or nil where one is too small beside the largest for that.
  ///
  /// Only where the nearest half-precision number lies on the tie between two bf16 numbers, it is
  /// the next one on the weight's own side.
  init?(rounding weights: Tensor) {
    let exponent = Self.exponent(for: weights)
    let scale = Self.powerOfTwo(exponent)
    let numbers = weights.scalars.map { weight in
      let number = weight * scale
      let nearest = Float16(number)
      if Float(nearest).bfloat16Bits == number.bfloat16Bits { return Float(nearest) }
      return Float(Float(nearest) < number ? nearest.nextUp : nearest.nextDown)
    }
    guard
      zip(numbers, weights.scalars).allSatisfy({ $0.bfloat16Bits == ($1 * scale).bfloat16Bits })
    else { return nil }
    self.exponent = exponent
    self.numbers = Tensor(numbers, shape: weights.shape)
  }

  /// The weights as they are, or nil where they are not such numbers.
  init?(exactly weights: Tensor) {
    let exponent = Self.exponent(for: weights)
    let scale = Self.powerOfTwo(exponent)
    let numbers = weights.scalars
    guard numbers.allSatisfy({ Float(Float16($0 * scale)) == $0 * scale }) else { return nil }
    self.exponent = exponent
    self.numbers = Tensor(numbers.map { $0 * scale }, shape: weights.shape)
  }

  /// Takes numbers and their exponent from a file.
  init(numbers: Tensor, exponent: Int) {
    self.numbers = numbers
    self.exponent = exponent
  }

  /// The weights, f32.
  var weights: Tensor {
    let scale = Self.powerOfTwo(-exponent)
    return Tensor(numbers.scalars.map { $0 * scale }, shape: numbers.shape)
  }

  /// The exponent that brings the largest weight to 2¹⁴ ..< 2¹⁵, from where rounding cannot reach
  /// the end of half precision.
  private static func exponent(for weights: Tensor) -> Int {
    let largest = weights.scalars.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return 0 }
    return min(14 - Int(largest.exponent), exponents.upperBound)
  }

  private static func powerOfTwo(_ exponent: Int) -> Float {
    Float(sign: .plus, exponent: exponent, significand: 1)
  }
}
