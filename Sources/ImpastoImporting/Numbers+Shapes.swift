/// Changes of shape as ONNX has them; nil where they make no sense.
extension Numbers {
  /// The same numbers in another shape, in which 0 keeps an extent and −1 takes what is left.
  package func reshaped(_ wanted: [Int]) -> Numbers? {
    var shape: [Int] = []
    for (axis, extent) in wanted.enumerated() {
      guard extent >= -1 else { return nil }
      guard extent != 0 || axis < self.shape.count else { return nil }
      shape.append(extent == 0 ? self.shape[axis] : extent)
    }
    if let open = shape.firstIndex(of: -1) {
      shape[open] = 1
      guard let others = Self.count(shape), others > 0, !shape.contains(-1),
        scalars.count % others == 0
      else { return nil }
      shape[open] = scalars.count / others
    }
    guard Self.count(shape) == scalars.count else { return nil }
    return Numbers(shape: shape, scalars: scalars, isWhole: isWhole)
  }

  /// The same numbers with extents of 1 put in, at their places in the result.
  package func unsqueezed(_ axes: [Int]) -> Numbers? {
    let rank = shape.count + axes.count
    var result = shape
    var places: [Int] = []
    for axis in axes {
      guard let axis = Self.axis(axis, rank: rank) else { return nil }
      places.append(axis)
    }
    guard Set(places).count == places.count else { return nil }
    for place in places.sorted() { result.insert(1, at: place) }
    return Numbers(shape: result, scalars: scalars, isWhole: isWhole)
  }

  /// The same numbers without extents of 1: those of `axes`, or all.
  package func squeezed(_ axes: [Int]) -> Numbers? {
    var isLeftOut = shape.map { axes.isEmpty && $0 == 1 }
    for axis in axes {
      guard let axis = Self.axis(axis, rank: shape.count), shape[axis] == 1 else { return nil }
      isLeftOut[axis] = true
    }
    let result = zip(shape, isLeftOut).filter { !$1 }.map(\.0)
    return Numbers(shape: result, scalars: scalars, isWhole: isWhole)
  }

  /// The axes in another order.
  package func transposed(_ order: [Int]) -> Numbers? {
    guard order.sorted() == Array(shape.indices) else { return nil }
    return picked(order.map { shape[$0] }) { place in
      var source = place
      for (index, axis) in order.enumerated() { source[axis] = place[index] }
      return source
    }
  }

  /// The parts at `indices` along an axis.
  package func gathered(_ indices: Numbers, axis: Int) -> Numbers? {
    guard let axis = Self.axis(axis, rank: shape.count), let wanted = indices.integers else {
      return nil
    }
    var places: [Int] = []
    for index in wanted {
      guard let place = Self.axis(index, rank: shape[axis]) else { return nil }
      places.append(place)
    }
    let (before, after) = (shape[..<axis], shape[(axis + 1)...])
    let steps = Self.steps(indices.shape)
    return picked(before + indices.shape + after) { place in
      let middle = place[axis..<axis + indices.shape.count]
      let index = zip(middle, steps).reduce(0) { $0 + $1.0 * $1.1 }
      return place[..<axis] + [places[index]] + place[(axis + indices.shape.count)...]
    }
  }

  /// Every `step`th of the numbers from `start` up to `end`, along each of `axes`.
  func sliced(starts: [Int], ends: [Int], axes: [Int]?, steps: [Int]?) -> Numbers? {
    let axes = axes ?? Array(starts.indices)
    let steps = steps ?? starts.map { _ in 1 }
    guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count else {
      return nil
    }
    var result = self
    for index in axes.indices {
      guard let axis = Self.axis(axes[index], rank: shape.count) else { return nil }
      let places = Self.places(
        from: starts[index], to: ends[index], by: steps[index], extent: result.shape[axis])
      guard let places, let part = result.gathered(Numbers(extents: places), axis: axis) else {
        return nil
      }
      result = part
    }
    return result
  }

  /// The places of a slice.
  package static func places(from start: Int, to end: Int, by step: Int, extent: Int) -> [Int]? {
    guard step != 0, abs(step) <= 1 << 30 else { return nil }
    func counted(_ place: Int) -> Int { place < 0 ? place + extent : place }
    if step > 0 {
      let first = min(max(counted(start), 0), extent)
      return Array(stride(from: first, to: min(max(counted(end), 0), extent), by: step))
    }
    let first = min(max(counted(start), -1), extent - 1)
    return Array(stride(from: first, to: min(max(counted(end), -1), extent - 1), by: step))
  }

  /// Several tensors one after another along an axis.
  package static func joined(_ parts: [Numbers], axis: Int) -> Numbers? {
    guard let first = parts.first, let axis = Self.axis(axis, rank: first.shape.count) else {
      return nil
    }
    var shape = first.shape
    for part in parts.dropFirst() {
      guard part.shape.count == shape.count,
        part.shape.indices.allSatisfy({ $0 == axis || part.shape[$0] == shape[$0] })
      else { return nil }
      shape[axis] += part.shape[axis]
    }
    guard let total = count(shape) else { return nil }
    let outer = shape[..<axis].reduce(1, *)
    var scalars: [Double] = []
    scalars.reserveCapacity(total)
    for index in 0..<outer {
      for part in parts {
        let length = part.scalars.count / max(outer, 1)
        scalars += part.scalars[index * length..<(index + 1) * length]
      }
    }
    return Numbers(shape: shape, scalars: scalars, isWhole: parts.allSatisfy(\.isWhole))
  }
}
