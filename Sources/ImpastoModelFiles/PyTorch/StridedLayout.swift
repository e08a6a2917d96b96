/// The places of the scalars of a tensor in its storage, counted in scalars.
struct StridedLayout: Equatable, Sendable {
  let offset: Int
  let extents: [Int]
  let strides: [Int]

  /// Creates a layout that stays within a storage of `storageCount` scalars, and is no longer
  /// than it; `nil` where the numbers say otherwise.
  ///
  /// A layout that repeats scalars could make a small file ask for any amount of memory.
  init?(offset: Int, extents: [Int], strides: [Int], storageCount: Int) {
    guard offset >= 0, extents.count == strides.count, (extents + strides).allSatisfy({ $0 >= 0 }),
      let count = checkedProduct(extents), count <= storageCount
    else { return nil }
    var last = offset
    for (extent, stride) in zip(extents, strides) where count > 0 {
      let (reach, isReachTooLarge) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, isSumTooLarge) = last.addingReportingOverflow(reach)
      guard !isReachTooLarge, !isSumTooLarge else { return nil }
      last = sum
    }
    guard count == 0 || last < storageCount else { return nil }
    self.offset = count == 0 ? 0 : offset
    self.extents = extents
    // The stride of an axis that never advances means nothing, and may be any number.
    self.strides = zip(extents, strides).map { extent, stride in extent > 1 ? stride : 0 }
  }

  /// Creates the layout of scalars in row-major order that fill a storage.
  init(contiguous shape: [Int]) {
    offset = 0
    extents = shape
    var stride = 1
    strides = shape.reversed().map { extent in
      defer { stride *= max(extent, 1) }
      return stride
    }.reversed()
  }

  /// Indicates whether the scalars lie in row-major order with none between them.
  var isContiguous: Bool {
    guard !extents.contains(0) else { return true }
    var expected = 1
    for (extent, stride) in zip(extents, strides).reversed() where extent > 1 {
      guard stride == expected else { return false }
      expected *= extent
    }
    return true
  }

  /// Calls `body` with the position in storage of each scalar, in row-major order.
  func forEachPosition(_ body: (Int) -> Void) {
    guard !extents.contains(0) else { return }
    var index = [Int](repeating: 0, count: extents.count)
    var position = offset
    while true {
      body(position)
      var axis = extents.count - 1
      while axis >= 0 {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < extents[axis] { break }
        position -= extents[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
      guard axis >= 0 else { return }
    }
  }
}

/// The product of `extents`, or `nil` where it, in any order, is more than an `Int` holds.
func checkedProduct(_ extents: [Int]) -> Int? {
  var product = 1
  for extent in extents {
    let (next, isTooLarge) = product.multipliedReportingOverflow(by: max(extent, 1))
    guard !isTooLarge else { return nil }
    product = next
  }
  return extents.contains(0) ? 0 : product
}
