import ImpastoTensors
import Testing

struct BFloat16Tests {
  /// The nearest bfloat16 by definition: of the two neighbours in magnitude the nearer one, of two
  /// equally near ones the even one; beyond the largest lies infinity, in the place of 2¹²⁸.
  private func nearest(_ x: Float) -> UInt16 {
    let lower = UInt16(x.bitPattern >> 16)
    func magnitude(_ bits: UInt16) -> Double {
      bits & 0x7FFF == 0x7F80 ? 0x1p128 : abs(Double(Float(bfloat16Bits: bits)))
    }
    let (below, above) = (magnitude(lower), magnitude(lower + 1))
    let (down, up) = (abs(Double(x)) - below, above - abs(Double(x)))
    if down != up { return down < up ? lower : lower + 1 }
    return lower % 2 == 0 ? lower : lower + 1
  }

  @Test func `finite numbers round to the nearest, ties to even`() {
    var wrong: [Float] = []
    // Every exponent, subnormals and the largest numbers included, about every kind of tie.
    for upper in UInt32(0)..<0x1_0000 where upper & 0x7F80 != 0x7F80 {
      for lower: UInt32 in [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF] {
        let x = Float(bitPattern: upper << 16 | lower)
        if x.bfloat16Bits != nearest(x) { wrong.append(x) }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10))")
  }

  @Test(
    arguments: [
      (1 + 0x1p-8, 0x3F80), (1 + 3 * 0x1p-8, 0x3F82), (1 + 0x1p-8 + 0x1p-23, 0x3F81),
      (-0.0, 0x8000), (0x1p-149, 0x0000), (0x1p-133, 0x0001), (0x1p-134, 0x0000),
      (.greatestFiniteMagnitude, 0x7F80), (-.greatestFiniteMagnitude, 0xFF80),
      (.infinity, 0x7F80), (-.infinity, 0xFF80),
    ] as [(Float, UInt16)])
  func `known numbers have known bits`(x: Float, bits: UInt16) {
    #expect(x.bfloat16Bits == bits)
  }

  @Test func `every NaN stays a NaN of its sign`() {
    for payload: UInt32 in [1, 0x7FFF, 0x8000, 0xFFFF, 0x40_0000, 0x7F_FFFF] {
      for sign: UInt32 in [0, 0x8000_0000] {
        let rounded = Float(
          bfloat16Bits: Float(bitPattern: sign | 0x7F80_0000 | payload).bfloat16Bits)
        #expect(rounded.isNaN)
        #expect((rounded.sign == .minus) == (sign != 0))
      }
    }
  }

  @Test func `every bfloat16 but the NaNs survives widening and rounding`() {
    let changed = (UInt16.min...UInt16.max).filter { bits in
      let widened = Float(bfloat16Bits: bits)
      return !widened.isNaN && widened.bfloat16Bits != bits
    }
    #expect(changed.isEmpty)
  }
}
