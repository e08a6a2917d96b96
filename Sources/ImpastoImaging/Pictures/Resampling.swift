import Foundation

/// Filtering from one size to another, any rows of the result from the rows that they need.
///
/// Each new pixel is the mean of the old ones around it, weighted by a ``ResamplingFilter``. The weights
/// of each pixel sum to one; beyond the border there is nothing. Values stay in floating point between
/// the two directions and are rounded once.
package struct Resampling: Sendable {
  /// The number of columns of the old picture and of the new one.
  private let oldWidth, width: Int
  private let rows: ResamplingWeights
  private let columns: ResamplingWeights

  /// An extent in pixels.
  package typealias Size = (width: Int, height: Int)

  /// Prepares the weights between two sizes, each one pixel or more.
  package init(from old: Size, to new: Size, filter: ResamplingFilter = .lanczos) {
    self.init(from: old, to: new, filter: filter, stretch: nil)
  }

  /// Prepares a low-pass: what is left of a picture of `size` after it has been shrunk to `small`
  /// and enlarged again, without the shrinking.
  package init(lowPassOf size: Size, keeping small: Size) {
    self.init(
      from: size, to: size, filter: .lanczos,
      stretch: (
        Double(size.width) / Double(small.width), Double(size.height) / Double(small.height)
      ))
  }

  private init(
    from old: Size, to new: Size, filter: ResamplingFilter, stretch: (x: Double, y: Double)?
  ) {
    (oldWidth, width) = (old.width, new.width)
    rows = ResamplingWeights(
      from: old.height, to: new.height, filter: filter, stretch: stretch?.y)
    columns = ResamplingWeights(
      from: old.width, to: new.width, filter: filter, stretch: stretch?.x)
  }

  /// The old rows that some new ones are made of.
  package func neededRows(for rows: Range<Int>) -> Range<Int> {
    guard let last = rows.last else { return 0..<0 }
    return self.rows.first(of: rows.lowerBound)..<self.rows.first(of: last)
      + self.rows.count(of: last)
  }

  /// Makes some rows of the new picture.
  ///
  /// - Parameters:
  ///   - rows: Rows of the new picture.
  ///   - levels: Old rows, with ``neededRows(for:)`` among them, three bytes a pixel.
  ///   - first: The number of the first old row in `levels`.
  /// - Returns: Three bytes a pixel.
  package func levels(
    ofRows rows: Range<Int>, from levels: ArraySlice<UInt8>, first: Int
  ) -> [UInt8] {
    let stride = oldWidth * 3
    // Rows first: that loop runs along memory, and the row in the making stays in the cache. One
    // number more, so that a pixel's three can be read as four.
    var row = [Float](repeating: 0, count: stride + 1)
    return [UInt8](unsafeUninitializedCapacity: rows.count * width * 3) { resized, count in
      levels.withUnsafeBufferPointer { levels in
        row.withUnsafeMutableBufferPointer { row in
          var target = 0
          for y in rows {
            row.update(repeating: 0)
            let start = (self.rows.first(of: y) - first) * stride
            self.rows.forEachWeight(of: y) { offset, weight in
              let source = UnsafeBufferPointer(rebasing: levels[(start + offset * stride)...])
              for i in 0..<stride { row[i] += weight * Float(source[i]) }
            }
            let pixels = UnsafeRawPointer(row.baseAddress.unsafelyUnwrapped)
            for x in 0..<width {
              var sum = SIMD4<Float>.zero
              let start = columns.first(of: x)
              columns.forEachWeight(of: x) { offset, weight in
                sum +=
                  weight
                  * pixels.loadUnaligned(
                    fromByteOffset: (start &+ offset) &* 12, as: SIMD4<Float>.self)
              }
              for c in 0..<3 { resized[target &+ c] = UInt8(min(max(sum[c] + 0.5, 0), 255)) }
              target &+= 3
            }
          }
        }
      }
      count = rows.count * width * 3
    }
  }
}

/// The weight of an old pixel in a new one, by their distance x in old pixels when enlarging and in new
/// ones when shrinking, so that fine detail is averaged rather than sampled.
package enum ResamplingFilter: Sendable {
  /// sinc(x) · sinc(x / 3) for |x| < 3.
  case lanczos
  /// The cubic polynomials of Keys 1981 with a = −½, for |x| < 2.
  case bicubic

  /// The distance from which on the weight is zero.
  fileprivate var radius: Double {
    switch self {
    case .lanczos: 3
    case .bicubic: 2
    }
  }

  fileprivate func weight(at x: Double) -> Double {
    let distance = abs(x)
    guard distance < radius else { return 0 }
    switch self {
    case .lanczos:
      guard x != 0 else { return 1 }
      let angle = Double.pi * x
      return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
    case .bicubic:
      return distance < 1
        ? (1.5 * distance - 2.5) * distance * distance + 1
        : ((2.5 - 0.5 * distance) * distance - 4) * distance + 2
    }
  }
}

/// The weights of the old samples in each new one, along one side of a picture.
private struct ResamplingWeights: Sendable {
  private let taps: Int
  private let firsts: [Int]
  private let counts: [Int]
  private let table: [Float]

  /// - Parameter stretch: The width of the filter in old samples, by default as narrow as leaves no
  ///   aliases.
  init(from oldLength: Int, to newLength: Int, filter: ResamplingFilter, stretch: Double?) {
    let scale = Double(oldLength) / Double(newLength)
    let stretch = stretch ?? max(scale, 1)
    let radius = filter.radius * stretch
    let taps = min(Int(radius.rounded(.up)) * 2 + 1, oldLength)
    var firsts = [Int]()
    var counts = [Int]()
    var table = [Float](repeating: 0, count: taps * newLength)
    for index in 0..<newLength {
      let centre = (Double(index) + 0.5) * scale
      let first = max(Int((centre - radius).rounded()), 0)
      let last = min(Int((centre + radius).rounded()), oldLength)
      let weights = (first..<last).map { filter.weight(at: (Double($0) + 0.5 - centre) / stretch) }
      let sum = weights.reduce(0, +)
      for (tap, weight) in weights.enumerated() { table[index * taps + tap] = Float(weight / sum) }
      firsts.append(first)
      counts.append(weights.count)
    }
    (self.taps, self.firsts, self.counts, self.table) = (taps, firsts, counts, table)
  }

  func first(of index: Int) -> Int { firsts[index] }

  /// The number of old samples that a new one is made of.
  func count(of index: Int) -> Int { counts[index] }

  /// Calls `body` with each weight of a new sample, and the place of the old one behind the first.
  @inline(__always)
  func forEachWeight(of index: Int, _ body: (_ offset: Int, _ weight: Float) -> Void) {
    table.withUnsafeBufferPointer { table in
      for offset in 0..<counts[index] { body(offset, table[index &* taps &+ offset]) }
    }
  }
}
