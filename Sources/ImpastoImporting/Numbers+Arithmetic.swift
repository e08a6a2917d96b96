/// Arithmetic as ONNX has it; nil where shapes do not meet or the result is too large.
extension Numbers {
  /// Combines two tensors number by number; extents of 1 are repeated.
  package func combined(_ other: Numbers, _ operation: (Double, Double) -> Double) -> Numbers? {
    if shape == other.shape {
      return Numbers(
        shape: shape, scalars: zip(scalars, other.scalars).map(operation),
        isWhole: isWhole && other.isWhole)
    }
    guard let shape = Self.broadcast(shape, other.shape),
      let first = expanded(to: shape), let second = other.expanded(to: shape)
    else { return nil }
    return first.combined(second, operation)
  }

  /// Changes every number.
  func mapped(_ operation: (Double) -> Double) -> Numbers {
    Numbers(shape: shape, scalars: scalars.map(operation), isWhole: isWhole)
  }

  /// Repeats extents of 1 up to those of `shape`.
  package func expanded(to shape: [Int]) -> Numbers? {
    guard Self.broadcast(self.shape, shape) == shape else { return nil }
    let missing = shape.count - self.shape.count
    return picked(shape) { place in
      zip(place.dropFirst(missing), self.shape).map { $1 == 1 ? 0 : $0 }
    }
  }

  static func broadcast(_ first: [Int], _ second: [Int]) -> [Int]? {
    let rank = max(first.count, second.count)
    func aligned(_ shape: [Int]) -> [Int] {
      [Int](repeating: 1, count: rank - shape.count) + shape
    }
    var result: [Int] = []
    for (a, b) in zip(aligned(first), aligned(second)) {
      guard a == b || a == 1 || b == 1 else { return nil }
      result.append(a == 1 ? b : a)
    }
    return result
  }

  /// The sums, or means, along `axes`; along all of them where none is named.
  package func reduced(along axes: [Int], keepingAxes: Bool, isMean: Bool) -> Numbers? {
    var isReduced = [Bool](repeating: axes.isEmpty, count: shape.count)
    for axis in axes {
      guard let axis = Self.axis(axis, rank: shape.count) else { return nil }
      isReduced[axis] = true
    }
    let kept = zip(shape, isReduced).map { $1 ? 1 : $0 }
    let steps = Self.steps(kept)
    var sums = [Double](repeating: 0, count: kept.reduce(1, *))
    var place = [Int](repeating: 0, count: shape.count)
    for scalar in scalars {
      let target = place.indices.reduce(0) { $0 + (isReduced[$1] ? 0 : place[$1] * steps[$1]) }
      sums[target] += scalar
      Self.advance(&place, shape)
    }
    if isMean, !sums.isEmpty {
      let count = Double(scalars.count / sums.count)
      sums = sums.map { $0 / count }
    }
    let result = keepingAxes ? kept : zip(shape, isReduced).filter { !$1 }.map(\.0)
    return Numbers(shape: result, scalars: sums, isWhole: isWhole && !isMean)
  }

  /// The product of two matrices.
  package func multiplied(by other: Numbers) -> Numbers? {
    guard shape.count == 2, other.shape.count == 2, shape[1] == other.shape[0],
      Self.count([shape[0], shape[1], other.shape[1]]) != nil
    else { return nil }
    let (rows, inner, columns) = (shape[0], shape[1], other.shape[1])
    var result = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for index in 0..<inner {
        let factor = scalars[row * inner + index]
        guard factor != 0 else { continue }
        for column in 0..<columns {
          result[row * columns + column] += factor * other.scalars[index * columns + column]
        }
      }
    }
    return Numbers(shape: [rows, columns], scalars: result)
  }
}
