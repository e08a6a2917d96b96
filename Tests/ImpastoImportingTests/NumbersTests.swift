import ImpastoImporting
import Testing

/// Arithmetic with extents, against what NumPy makes of the same.
@Suite struct NumbersTests {
  private let matrix = Numbers(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])

  @Test func `extents of 1 are repeated`() {
    let column = Numbers(shape: [2, 1], scalars: [10, 20])
    #expect(matrix.combined(column, +)?.scalars == [11, 12, 13, 24, 25, 26])
    #expect(column.expanded(to: [2, 2, 2])?.scalars == [10, 10, 20, 20, 10, 10, 20, 20])
    #expect(matrix.combined(Numbers(shape: [2], scalars: [1, 2]), +) == nil)
  }

  @Test func `shapes change as in NumPy`() {
    #expect(matrix.transposed([1, 0])?.scalars == [1, 4, 2, 5, 3, 6])
    #expect(matrix.reshaped([3, -1])?.shape == [3, 2])
    #expect(matrix.reshaped([0, -1])?.shape == [2, 3])
    #expect(matrix.reshaped([4, -1]) == nil)
    #expect(matrix.unsqueezed([0, -1])?.shape == [1, 2, 3, 1])
    #expect(matrix.unsqueezed([0])?.squeezed([0])?.shape == [2, 3])
    #expect(matrix.squeezed([0]) == nil)
    #expect(
      matrix.gathered(Numbers(extents: [2, -3]), axis: 1)
        == Numbers(shape: [2, 2], scalars: [3, 1, 6, 4]))
    #expect(matrix.gathered(Numbers(extents: [3]), axis: 1) == nil)
    #expect(
      Numbers.joined([matrix, matrix], axis: 1)?.scalars == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
  }

  @Test(
    arguments: [
      (0, 3, 1, [0, 1, 2]), (1, .max, 1, [1, 2]), (-1, .min + 10, -1, [2, 1, 0]),
      (-2, -1, 1, [1]), (2, 0, 1, []), (0, 3, 2, [0, 2]),
    ] as [(Int, Int, Int, [Int])])
  func `slices take the places that NumPy's do`(start: Int, end: Int, step: Int, places: [Int]) {
    let bounded = max(-1_000_000, min(1_000_000, end))
    #expect(Numbers.places(from: start, to: bounded, by: step, extent: 3) == places)
  }

  @Test func `sums and products`() {
    #expect(matrix.reduced(along: [0], keepingAxes: false, isMean: false)?.scalars == [5, 7, 9])
    #expect(matrix.reduced(along: [-1], keepingAxes: true, isMean: true)?.scalars == [2, 5])
    #expect(
      matrix.multiplied(by: Numbers(shape: [3, 1], scalars: [1, 0, -1]))?.scalars == [-2, -2])
  }

  @Test func `shapes that ask for too much are refused before memory is`() {
    #expect(Numbers.count([1 << 30, 1 << 30]) == nil)
    #expect(Numbers.count([-1]) == nil)
    #expect(Numbers(shape: [1], scalars: [1]).expanded(to: [1 << 40]) == nil)
  }
}
