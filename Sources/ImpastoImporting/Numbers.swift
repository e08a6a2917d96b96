/// Numbers that a graph knows before it sees a photo: its constants, and what follows from them.
///
/// A `Double` holds every f32 number and every extent exactly.
package struct Numbers: Equatable {
  /// The extents, outermost first.
  package var shape: [Int]
  /// The numbers in row-major order.
  package var scalars: [Double]
  /// Indicates whether they are whole numbers, whose quotients are cut to whole ones.
  var isWhole = false

  /// The most numbers that the nodes of a graph make in all.
  static let limit = 1 << 25

  /// Creates a list of whole numbers, such as the extents of a tensor.
  package init(extents: [Int]) {
    self.init(shape: [extents.count], scalars: extents.map(Double.init), isWhole: true)
  }

  package init(shape: [Int], scalars: [Double], isWhole: Bool = false) {
    precondition(shape.reduce(1, *) == scalars.count, "\(scalars.count) numbers of shape \(shape)")
    self.shape = shape
    self.scalars = scalars
    self.isWhole = isWhole
  }

  /// The numbers as whole ones; nil where one is none.
  ///
  /// Ends of slices may be as large as the format's integers are, which only say “to the end”.
  var integers: [Int]? {
    var result: [Int] = []
    for scalar in scalars {
      guard scalar == scalar.rounded() else { return nil }
      result.append(Int(max(-1e15, min(1e15, scalar))))
    }
    return result
  }

  /// The one number, where there is one.
  var scalar: Double? { scalars.count == 1 ? scalars[0] : nil }

  /// The numbers for each of `channels` channels, where they are alike in all else.
  ///
  /// - Parameter axis: Which of an image's axes the channels are.
  func channels(_ channels: Int, axis: Int = 1, rank: Int = 4) -> [Double]? {
    if scalars.count == 1 { return [Double](repeating: scalars[0], count: channels) }
    guard scalars.count == channels, shape.count <= rank else { return nil }
    let aligned = [Int](repeating: 1, count: rank - shape.count) + shape
    return aligned[axis] == channels ? scalars : nil
  }

  /// The product of `shape`, where it is no more than a graph may make.
  package static func count(_ shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
      guard extent >= 0 else { return nil }
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: extent)
      guard !isTooLarge, next <= limit else { return nil }
      product = next
    }
    return product
  }

  /// The numbers at the places that `source` gives for each place of a tensor of shape `shape`.
  func picked(_ shape: [Int], _ source: ([Int]) -> [Int]) -> Numbers? {
    guard let count = Self.count(shape) else { return nil }
    let steps = Self.steps(self.shape)
    var place = [Int](repeating: 0, count: shape.count)
    var result: [Double] = []
    result.reserveCapacity(count)
    for _ in 0..<count {
      result.append(scalars[zip(source(place), steps).reduce(0) { $0 + $1.0 * $1.1 }])
      Self.advance(&place, shape)
    }
    return Numbers(shape: shape, scalars: result, isWhole: isWhole)
  }

  /// The distance of neighbours along each axis.
  static func steps(_ shape: [Int]) -> [Int] {
    var step = 1
    return shape.reversed().map { extent in
      defer { step *= extent }
      return step
    }.reversed()
  }

  /// Moves `place` to the next one in row-major order.
  static func advance(_ place: inout [Int], _ shape: [Int]) {
    for axis in shape.indices.reversed() {
      place[axis] += 1
      if place[axis] < shape[axis] { return }
      place[axis] = 0
    }
  }

  /// `axis` counted from the first, as negative ones are from the last.
  static func axis(_ axis: Int, rank: Int) -> Int? {
    let counted = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(counted) ? counted : nil
  }
}
