import ImpastoImaging

extension ImageReader {
  /// Reads all rows that are left, `count` at a time.
  func rows(inPiecesOf count: Int) throws(ImageError) -> [UInt8] {
    var pixels: [UInt8] = []
    while row < height { pixels += try rows(min(count, height - row)) }
    return pixels
  }

  /// Reads the next `count` rows.
  func rows(_ count: Int) throws(ImageError) -> [UInt8] {
    var rows = [UInt8](repeating: 0xA5, count: count * width * channels)
    try rows.withUnsafeMutableBufferPointer { rows throws(ImageError) in try read(into: rows) }
    return rows
  }
}

extension ImageWriter {
  /// Writes the rows of `picture`, `count` at a time.
  func write(_ picture: Image, inPiecesOf count: Int) throws(ImageError) {
    for y in stride(from: 0, to: picture.height, by: count) {
      let rows = picture.cropped(
        x: 0, y: y, width: picture.width, height: min(count, picture.height - y))
      try rows.pixels.withUnsafeBufferPointer { rows throws(ImageError) in try write(rows: rows) }
    }
  }
}
