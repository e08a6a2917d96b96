import Foundation

extension Image {
  /// Creates a picture of another size with Lanczos filtering, exact at the borders.
  ///
  /// Each new pixel is the mean of the old ones around it, weighted by
  /// L(x) = sinc(x) · sinc(x / 3) for |x| < 3, with x in old pixels when enlarging and in new ones
  /// when shrinking, so that fine detail is averaged rather than sampled. The weights of each pixel
  /// sum to one; beyond the border there is nothing. Values stay in floating point between the two
  /// directions and are rounded once. Opacity is resized in the same way, beside the colours.
  ///
  /// - Parameters:
  ///   - width: The new number of columns, one or more.
  ///   - height: The new number of rows, one or more.
  public func resized(width: Int, height: Int) -> Image {
    precondition(width > 0 && height > 0, "a picture of \(width)×\(height) has no pixels")
    guard (width, height) != (self.width, self.height) else { return self }
    let rows = LanczosWeights(from: self.height, to: height)
    let columns = LanczosWeights(from: self.width, to: width)
    let stride = self.width * 3

    // Rows first: that loop runs along memory, and the row in the making stays in the cache.
    var row = [Float](repeating: 0, count: stride)
    let resized = [UInt8](unsafeUninitializedCapacity: width * height * 3) { resized, count in
      for y in 0..<height {
        for i in row.indices { row[i] = 0 }
        for (offset, weight) in rows.weights(of: y).enumerated() {
          let start = (rows.first(of: y) + offset) * stride
          row.withUnsafeMutableBufferPointer { row in
            pixels.withUnsafeBufferPointer { pixels in
              for i in 0..<stride { row[i] += weight * Float(pixels[start &+ i]) }
            }
          }
        }
        row.withUnsafeBufferPointer { row in
          for x in 0..<width {
            var sum = SIMD3<Float>.zero
            var i = columns.first(of: x) * 3
            for weight in columns.weights(of: x) {
              sum += weight * SIMD3(row[i], row[i &+ 1], row[i &+ 2])
              i &+= 3
            }
            let target = (y &* width &+ x) &* 3
            for c in 0..<3 { resized[target &+ c] = UInt8(min(max(sum[c] + 0.5, 0), 255)) }
          }
        }
      }
      count = width * height * 3
    }
    return Image(
      width: width, height: height, pixels: resized,
      opacity: opacity?.resized(width: width, height: height))
  }

  /// Creates a picture of the same proportions whose longer side has `side` pixels.
  public func scaled(longerSide side: Int) -> Image { scaled(max(width, height), to: side) }

  /// Creates a picture of the same proportions whose shorter side has `side` pixels.
  public func scaled(shorterSide side: Int) -> Image { scaled(min(width, height), to: side) }

  /// The size of what ``scaled(longerSide:)`` makes of a picture of `width`×`height` pixels.
  package static func size(
    width: Int, height: Int, scaledToLongerSide side: Int
  ) -> (width: Int, height: Int) {
    scaled(width, height, by: (max(width, height), side))
  }

  private func scaled(_ length: Int, to newLength: Int) -> Image {
    let size = Self.scaled(width, height, by: (length, newLength))
    return resized(width: size.width, height: size.height)
  }

  private static func scaled(
    _ width: Int, _ height: Int, by ratio: (from: Int, to: Int)
  ) -> (width: Int, height: Int) {
    func scaled(_ side: Int) -> Int {
      max(Int((Double(side) * Double(ratio.to) / Double(ratio.from)).rounded()), 1)
    }
    return (scaled(width), scaled(height))
  }
}

/// The weights of the old samples in each new one, along one side of a picture.
private struct LanczosWeights {
  private let taps: Int
  private let firsts: [Int]
  private let counts: [Int]
  private let table: [Float]

  init(from oldLength: Int, to newLength: Int) {
    let scale = Double(oldLength) / Double(newLength)
    let stretch = max(scale, 1)
    let radius = 3 * stretch
    let taps = min(Int(radius.rounded(.up)) * 2 + 1, oldLength)
    var firsts = [Int]()
    var counts = [Int]()
    var table = [Float](repeating: 0, count: taps * newLength)
    for index in 0..<newLength {
      let centre = (Double(index) + 0.5) * scale
      let first = max(Int((centre - radius).rounded()), 0)
      let last = min(Int((centre + radius).rounded()), oldLength)
      let weights = (first..<last).map { Self.lanczos((Double($0) + 0.5 - centre) / stretch) }
      let sum = weights.reduce(0, +)
      for (tap, weight) in weights.enumerated() { table[index * taps + tap] = Float(weight / sum) }
      firsts.append(first)
      counts.append(weights.count)
    }
    (self.taps, self.firsts, self.counts, self.table) = (taps, firsts, counts, table)
  }

  func first(of index: Int) -> Int { firsts[index] }

  func weights(of index: Int) -> ArraySlice<Float> {
    table[index * taps..<index * taps + counts[index]]
  }

  private static func lanczos(_ x: Double) -> Double {
    guard x != 0 else { return 1 }
    guard abs(x) < 3 else { return 0 }
    let angle = Double.pi * x
    return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
  }
}
