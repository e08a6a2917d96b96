import ImpastoCluster
import Testing

@Suite struct TreeSumTests {
  /// Numbers whose sum depends on the order in which they are added.
  private func vectors(_ count: Int) -> [[Float]] {
    (0..<count).map { index in
      (0..<5).map { Float(index * 37 % 101 + $0) * 0.1 + 1e4 / Float(index + 1) }
    }
  }

  /// Neighbours first, then sums of two, and so on.
  private func tree(_ vectors: [[Float]]) -> [Float] {
    guard vectors.count > 1 else { return vectors[0] }
    return tree(
      stride(from: 0, to: vectors.count, by: 2).map { left in
        left + 1 < vectors.count
          ? zip(vectors[left], vectors[left + 1]).map { $0 + $1 } : vectors[left]
      })
  }

  @Test(arguments: 1...17)
  func `neighbours are added first, then sums of two`(count: Int) {
    let vectors = vectors(count)
    var sum = TreeSum(counts: [count], ranks: .alone)
    for vector in vectors { sum.add(vector) }
    #expect(sum.total(length: 5) == tree(vectors))
  }

  @Test func `the order shows in the sum`() {
    let vectors = vectors(17)
    let row = vectors.dropFirst().reduce(vectors[0]) { zip($0, $1).map { $0 + $1 } }
    #expect(tree(vectors) != row)
  }
}
