import ImpastoCompute
import ImpastoTensors
import Testing

/// Tensors as vectors, longer than the pieces that threads share.
struct VectorTests {
  private static let counts = [1, 15, 16, 1000, 100_003]

  @Test(arguments: counts)
  func `dot products are exact where the sum is`(count: Int) {
    let a = Tensor.sixteenths([count], seed: 1)
    let b = Tensor.sixteenths([count], seed: 2)
    #expect(kernels.dot(a, b) == product(a, b))
  }

  @Test func `a dot product keeps what single precision would lose`() {
    // 2²⁴ + 1 is no number in f32.
    let a = Tensor([0x1p12, 1, -0x1p12], shape: [3])
    let b = Tensor([0x1p12, 1, 0x1p12], shape: [3])
    #expect(kernels.dot(a, b) == 1)
  }

  @Test(arguments: counts)
  func `multiples are added`(count: Int) {
    let addend = Tensor.sixteenths([count], seed: 1)
    var sum = Tensor.sixteenths([count], seed: 2)
    let expected = zip(sum.doubles, addend.doubles).map { $0 - 0.5 * $1 }
    kernels.add(addend, times: -0.5, to: &sum)
    expectEqual(sum, expected, shape: [count], "sum")
  }

  @Test func `numbers are kept within 0 and 1, and NaN stays`() {
    var tensor = Tensor([-1, -0.0, 0.25, 1, 1.5, .infinity, -.infinity], shape: [7])
    kernels.clamp(&tensor)
    #expect(tensor.scalars == [0, 0, 0.25, 1, 1, 1, 0])
    var bad = Tensor([.nan], shape: [1])
    kernels.clamp(&bad)
    #expect(bad.scalars[0].isNaN)
  }

  @Test func `a gradient is zeroed only where it would push numbers out of 0 to 1`() {
    let values = Tensor([0, 0, 0.5, 0.5, 1, 1], shape: [6])
    var gradient = Tensor([2, -2, 3, -3, 4, -4], shape: [6])
    kernels.projectGradient(&gradient, at: values)
    #expect(gradient.scalars == [0, -2, 3, -3, 4, 0])
  }

  @Test func `a direction is zeroed where numbers at 0 or 1 would stay`() {
    let values = Tensor([0, 0, 0, 0.5, 0.5, 1, 1, 1], shape: [8])
    // Held by the projected gradient, pulled out of the range, or free to move.
    let gradient = Tensor([0, -1, -1, 0, 2, 0, 1, 1], shape: [8])
    var direction = Tensor([2, -2, 2, 3, -3, -4, -4, 4], shape: [8])
    kernels.restrictDirection(&direction, at: values, gradient: gradient)
    #expect(direction.scalars == [0, 0, 2, 3, -3, 0, -4, 0])
  }
}
