import Glibc
import ImpastoCompute
import ImpastoTensors
import Testing

struct PointwiseTests {
  @Test func `conversion rounds to bf16 as tensors do`() {
    let scalars: [Float] =
      [0, -0.0, 1.005859375, 1.001953125, 0x1p-140, 3.4e38, .infinity, -.infinity]
      + Tensor.sixteenths([1000], seed: 1).scalars.map { $0 / 3 }
    let input = Tensor(scalars, shape: [scalars.count])
    let rounded = kernels.convert(input, to: .bfloat16)
    #expect(rounded.scalarType == .bfloat16)
    #expect(rounded.scalars == Tensor(scalars, shape: input.shape, .bfloat16).scalars)
    #expect(kernels.convert(rounded, to: .float32).scalars == rounded.scalars)
    #expect(
      kernels.convert(Tensor([.nan], shape: [1]), to: .bfloat16).scalars.allSatisfy { $0.isNaN })
  }

  @Test(arguments: ScalarType.allCases)
  func `sums, rectified gradients and differences are taken scalar by scalar`(type: ScalarType) {
    let shape: Shape = [3, 4, 5, 7]
    let a = Tensor.sixteenths(shape, type, seed: 1)
    let b = Tensor.sixteenths(shape, type, seed: 2)

    var sum = a
    kernels.add(b, to: &sum)
    expectEqual(sum, zip(a.doubles, b.doubles).map(+), shape: shape, "sum")

    var gradient = a
    kernels.rectifyGradient(&gradient, output: b)
    expectEqual(
      gradient, zip(a.doubles, b.doubles).map { $1 > 0 ? $0 : 0 }, shape: shape, "gradient")

    let factors: [Float] = [2, -0.5, 0]
    let differences = zip(a.doubles, b.doubles).enumerated().map { index, pair in
      Double(factors[index / 140]) * (pair.0 - pair.1)
    }
    expectEqual(
      kernels.scaledDifference(a, b, factors: factors), differences, shape: shape, "difference")

    func squares(_ scalars: [Double]) -> [Double] {
      (0..<3).map { scalars[140 * $0..<140 * ($0 + 1)].reduce(0) { $0 + $1 * $1 } }
    }
    #expect(kernels.squaredDifference(a, b) == squares(zip(a.doubles, b.doubles).map(-)))
    #expect(kernels.squaredDifference(a) == squares(a.doubles))
  }

  @Test func `scaling multiplies in place`() {
    var tensor = Tensor([1, -2, 0.5], shape: [3])
    kernels.scale(&tensor, by: -4)
    #expect(tensor.scalars == [-4, 8, -2])
  }

  @Test func `channels are reversed, then scaled and shifted in their new places`() {
    let input = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 2, 3])
    let affine = ChannelAffine(scale: [10, 1, -1], shift: [0, 0.5, 100])
    for type in ScalarType.allCases {
      for outputType in ScalarType.allCases {
        let output = kernels.reverseChannels(
          kernels.convert(input, to: type), affine: affine, outputType: outputType)
        #expect(output.scalarType == outputType && output.shape == input.shape)
        #expect(output.scalars == [30, 2.5, 99, 60, 5.5, 96])
      }
    }
  }

  @Test func `a logit inverts the sigmoid, and keeps its margin from 0 and 1`() {
    let margin: Float = 1 / 510
    let input = Tensor([0.5, 0.25, 0.9, 0, 1, -3, 7, margin], shape: [8])
    let expected = input.doubles.map { x in
      let p = min(max(x, Double(margin)), 1 - Double(margin))
      return log(p / (1 - p))
    }
    // In f32 the distance of 1 − margin from 1 is known to five digits.
    expectEqual(
      kernels.logit(input, margin: margin), expected, shape: [8], within: 1e-5, "logit")
  }

  @Test(arguments: ScalarType.allCases)
  func `every level becomes its number and comes back`(type: ScalarType) {
    let levels = [UInt8](0...255)
    let centred = kernels.tensor(
      fromLevels: levels, shape: [256], center: 128, scale: 1 / 128, type: type)
    // Exact in bf16 too.
    #expect(centred.scalars == levels.map { (Float($0) - 128) / 128 })

    let pixels = kernels.tensor(
      fromLevels: levels, shape: [256], center: 0, scale: 1 / 255, type: .float32)
    let back = kernels.levels(pixels)
    #expect(back.levels == levels && back.nonfinite == 0)
  }

  @Test func `levels are rounded to the nearest and kept within 0 and 255`() {
    let input: [Float] = [0.49 / 255, 0.51 / 255, 99.4 / 255, 99.6 / 255, -0.3, 1.7, 254.6 / 255]
    let (levels, nonfinite) = kernels.levels(Tensor(input, shape: [7]))
    #expect(levels == [0, 1, 99, 100, 0, 255, 255])
    #expect(nonfinite == 0)
  }

  @Test func `numbers that are not finite are counted, wherever they are`() {
    let count = 100_003
    var scalars = [Float](repeating: 0.5, count: count)
    for (index, value) in [(0, Float.nan), (40_000, .infinity), (count - 1, -.infinity)] {
      scalars[index] = value
    }
    scalars[1] = .greatestFiniteMagnitude
    let tensor = Tensor(scalars, shape: [count])
    let (levels, nonfinite) = kernels.levels(tensor)
    #expect(nonfinite == 3)
    #expect(levels[1] == 255 && levels[40_000] == 255 && levels[count - 1] == 0)
    #expect(kernels.nonfiniteCount(tensor) == 3)
    #expect(kernels.nonfiniteCount(Tensor([1, .nan, 2], shape: [3], .bfloat16)) == 1)
  }

  @Test func `tensors of different shapes or types stop the program`() async {
    await #expect(processExitsWith: .failure) {
      var sum = Tensor(zeros: [2, 3])
      OneDNNBackend(threads: ThreadBudget(count: 1)).kernels.add(Tensor(zeros: [3, 2]), to: &sum)
    }
    await #expect(processExitsWith: .failure) {
      _ = OneDNNBackend(threads: ThreadBudget(count: 1)).kernels.squaredDifference(
        Tensor(zeros: [2]), Tensor(zeros: [2], .bfloat16))
    }
  }
}
