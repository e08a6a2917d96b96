extension Image {
  /// Repeats each pixel of some rows as a square.
  ///
  /// - Parameters:
  ///   - levels: Three bytes a pixel, rows from the top.
  ///   - width: The number of columns.
  ///   - factor: The height and width of the squares.
  /// - Returns: Three bytes a pixel, `factor` times as many rows and columns.
  package static func repeating(_ levels: [UInt8], width: Int, by factor: Int) -> [UInt8] {
    let (oldRow, newRow) = (3 * width, 3 * width * factor)
    let rows = levels.count / oldRow
    return [UInt8](unsafeUninitializedCapacity: rows * factor * newRow) { result, count in
      levels.withUnsafeBufferPointer { levels in
        for row in 0..<rows {
          let start = row * factor * newRow
          var target = start
          for pixel in stride(from: row * oldRow, to: (row + 1) * oldRow, by: 3) {
            for _ in 0..<factor {
              for channel in 0..<3 { result[target &+ channel] = levels[pixel &+ channel] }
              target &+= 3
            }
          }
          let first = UnsafeMutableBufferPointer(rebasing: result[start..<start + newRow])
          for copy in 1..<factor {
            let place = start + copy * newRow
            _ = UnsafeMutableBufferPointer(rebasing: result[place..<place + newRow])
              .update(fromContentsOf: first)
          }
        }
      }
      count = rows * factor * newRow
    }
  }
}
