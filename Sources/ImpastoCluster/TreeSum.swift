/// The sum of many vectors, of which each rank has some: added in an order that depends on their
/// number alone.
///
/// The vectors are the leaves of a binary tree over their indices: first neighbours are added, then
/// the sums of two to those of the next two, and so on. Each rank adds what it can of its own vectors,
/// as soon as it can. Then each rank gets one piece of the sums of all, adds these, and gives the piece
/// of the result to all: no rank sends or receives much more than two vectors, however many there are.
public struct TreeSum {
  /// The number of vectors that each rank has: rank 0 the first of them, and so on.
  private let counts: [Int]
  private let ranks: Communicator
  /// The sums of this rank, by the index of their first vector.
  private var nodes: [Int: [Float]] = [:]
  private var added = 0

  /// Prepares a sum.
  ///
  /// - Precondition: There is one vector or more.
  public init(counts: [Int], ranks: Communicator) {
    precondition(counts.count == ranks.size && counts.contains { $0 > 0 })
    (self.counts, self.ranks) = (counts, ranks)
  }

  /// The indices of the vectors of a rank.
  private func indices(of rank: Int) -> Range<Int> {
    let first = counts[..<rank].reduce(0, +)
    return first..<first + counts[rank]
  }

  /// Adds the next vector of this rank.
  public mutating func add(_ vector: [Float]) {
    let own = indices(of: ranks.rank)
    precondition(added < own.count, "more vectors than were announced")
    var sum = vector
    let first = Self.join(own.lowerBound + added) { left in
      guard let other = nodes.removeValue(forKey: left) else { return false }
      sum = Self.sum(other, sum)
      return true
    }
    nodes[first] = sum
    added += 1
  }

  /// Joins the vector at `index` to the sums on its left that are as long as its own, as far as `joins`
  /// finds them; gives the first index of the result.
  private static func join(_ index: Int, _ joins: (_ left: Int) -> Bool) -> Int {
    var (first, length) = (index, 1)
    while first & length != 0, joins(first - length) {
      (first, length) = (first - length, 2 * length)
    }
    return first
  }

  /// The first indices of the sums that a rank has when it has added its vectors.
  private func sums(of rank: Int) -> [Int] {
    indices(of: rank).reduce(into: Set<Int>()) { sums, index in
      sums.insert(Self.join(index) { sums.remove($0) != nil })
    }.sorted()
  }

  /// Adds the vectors of all ranks, which have added their own, and gives all the sum.
  ///
  /// - Parameter length: The length of a vector.
  public func total(length: Int) -> [Float] {
    guard ranks.size > 1 else { return Self.total(nodes, count: counts[0]) }
    let piece = (length + ranks.size - 1) / ranks.size
    var pieces: [Float] = []
    pieces.reserveCapacity(nodes.count * piece * ranks.size)
    let own = nodes.sorted { $0.key < $1.key }.map(\.value)
    for rank in 0..<ranks.size {
      let range = min(rank * piece, length)..<min((rank + 1) * piece, length)
      for sum in own {
        pieces += sum[range]
        pieces += repeatElement(0, count: piece - range.count)
      }
    }
    let sums = counts.indices.map(sums)
    let received = ranks.exchange(pieces, receiving: sums.map { $0.count * piece })
    let parts = sums.joined().enumerated().map { place, first in
      (first, Array(received[place * piece..<(place + 1) * piece]))
    }
    let count = counts.reduce(0, +)
    let sum = Self.total(Dictionary(uniqueKeysWithValues: parts), count: count)
    return Array(ranks.gather(sum).prefix(length))
  }

  /// The sum of `count` vectors, of which neighbours may have been added.
  private static func total(_ sums: [Int: [Float]], count: Int) -> [Float] {
    var sums = sums
    var distance = 1
    while distance < count {
      for left in stride(from: 0, to: count - distance, by: 2 * distance) {
        // Unless they have been added before.
        guard let right = sums.removeValue(forKey: left + distance) else { continue }
        sums[left] = sums[left].map { sum($0, right) }
      }
      distance *= 2
    }
    return sums[0] ?? []
  }

  private static func sum(_ left: [Float], _ right: [Float]) -> [Float] {
    [Float](unsafeUninitializedCapacity: left.count) { buffer, filled in
      for index in left.indices { buffer[index] = left[index] + right[index] }
      filled = left.count
    }
  }
}
