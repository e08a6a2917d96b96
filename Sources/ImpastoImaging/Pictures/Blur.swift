/// Three box filters on end, which come close to a Gaussian.
///
/// A box of 2r + 1 pixels filtered thrice has the deviation √(r·(r + 1)). Beyond the border the
/// outermost pixels repeat. Arithmetic is in whole numbers, so that what is constant stays so to
/// the last bit.
///
/// Source: Kovesi 2010, Fast almost-Gaussian filtering.
struct Blur {
  let radius: Int
  private let reciprocal: Int64

  /// The largest radius, for which sums of 16-bit numbers divide exactly.
  static let radiusLimit = 10_000

  /// - Parameter radius: Of the box, 0 to ``radiusLimit``.
  init(radius: Int) {
    precondition((0...Self.radiusLimit).contains(radius), "a radius of \(radius)")
    self.radius = radius
    let count = Int64(2 * radius + 1)
    reciprocal = ((1 << 32) + count / 2) / count
  }

  /// Blurs `values`, rows from the top with `channels` numbers a pixel, each of 16 bits and a sign at most.
  func apply(to values: inout [Int32], width: Int, height: Int, channels: Int = 1) {
    precondition(values.count == width * height * channels, "\(values.count) values")
    guard radius > 0 else { return }
    var line = [Int32](repeating: 0, count: width * channels)
    for _ in 0..<3 {
      for y in 0..<height {
        let start = y * width * channels
        line.replaceSubrange(0..., with: values[start..<start + width * channels])
        blurRow(line, width: width, channels: channels, into: &values, at: start)
      }
      let source = values
      blurColumns(source, stride: width * channels, height: height, into: &values)
    }
  }

  private func blurRow(
    _ row: [Int32], width: Int, channels: Int, into values: inout [Int32], at start: Int
  ) {
    row.withUnsafeBufferPointer { row in
      values.withUnsafeMutableBufferPointer { values in
        for channel in 0..<channels {
          let last = (width &- 1) &* channels &+ channel
          var sum = Int64(radius &+ 1) &* Int64(row[channel])
          for i in 1..<(radius &+ 1) { sum &+= Int64(row[min(i &* channels &+ channel, last)]) }
          var target = start &+ channel
          for x in 0..<width {
            // The window slides: one pixel enters at the right, one leaves at the left.
            values[target] = mean(sum)
            sum &+= Int64(row[min((x &+ radius &+ 1) &* channels &+ channel, last)])
            sum &-= Int64(row[max((x &- radius) &* channels &+ channel, channel)])
            target &+= channels
          }
        }
      }
    }
  }

  /// Slides a window over whole rows, which compilers vectorize.
  private func blurColumns(
    _ source: [Int32], stride: Int, height: Int, into values: inout [Int32]
  ) {
    var sums = [Int64](repeating: 0, count: stride)
    source.withUnsafeBufferPointer { source in
      values.withUnsafeMutableBufferPointer { values in
        sums.withUnsafeMutableBufferPointer { sums in
          func place(_ y: Int) -> Int { min(max(y, 0), height &- 1) &* stride }
          for y in (-radius)...radius {
            let row = place(y)
            for i in 0..<stride { sums[i] &+= Int64(source[row &+ i]) }
          }
          for y in 0..<height {
            let (target, entering, leaving) = (
              y &* stride, place(y + radius + 1), place(y - radius)
            )
            for i in 0..<stride {
              values[target &+ i] = mean(sums[i])
              sums[i] &+= Int64(source[entering &+ i]) &- Int64(source[leaving &+ i])
            }
          }
        }
      }
    }
  }

  /// The sum of a window divided by its length, rounded.
  @inline(__always)
  private func mean(_ sum: Int64) -> Int32 {
    Int32(truncatingIfNeeded: (sum &* reciprocal &+ (1 << 31)) >> 32)
  }
}
