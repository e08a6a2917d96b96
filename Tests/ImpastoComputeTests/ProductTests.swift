import ImpastoCompute
import ImpastoTensors
import Testing

struct ProductTests {
  private static let extents: [(batch: Int, m: Int, k: Int, n: Int)] = [
    (1, 1, 1, 1), (1, 3, 4, 5), (3, 2, 7, 2), (2, 16, 33, 8), (1, 64, 100, 64),
  ]

  @Test(arguments: extents, [true, false])
  func `every backend multiplies by definition`(
    extents: (batch: Int, m: Int, k: Int, n: Int), transposed: Bool
  ) {
    let (batch, m, k, n) = extents
    for type in ScalarType.allCases {
      let a = Tensor.sixteenths(transposed ? [batch, k, m] : [batch, m, k], type, seed: 1)
      let b = Tensor.sixteenths([batch, k, n], type, seed: 2)
      let (x, y) = (a.doubles, b.doubles)
      var expected = [Double](repeating: 0, count: batch * m * n)
      for pair in 0..<batch {
        for row in 0..<m {
          for column in 0..<n {
            for inner in 0..<k {
              let left = transposed ? inner * m + row : row * k + inner
              expected[(pair * m + row) * n + column] +=
                x[pair * m * k + left] * y[(pair * k + inner) * n + column]
            }
          }
        }
      }
      for backend in backends where backend.supports(type) {
        for resultType in ScalarType.allCases where backend.supports(resultType) {
          // f32 operands give f32 products only.
          guard resultType == .float32 || type == .bfloat16 else { continue }
          let product = backend.multiply(a, transposed: transposed, b, resultType: resultType)
          #expect(product.scalarType == resultType)
          expectEqual(
            product, expected, shape: [batch, m, n],
            "\(type.rawValue) to \(resultType.rawValue) on \(backend.name)")
        }
      }
    }
  }

  @Test func `operands that do not fit stop the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = OpenBLASBackend(threads: ThreadBudget(count: 1)).multiply(
        Tensor(zeros: [1, 2, 3]), transposed: false, Tensor(zeros: [1, 4, 5]),
        resultType: .float32)
    }
  }
}
