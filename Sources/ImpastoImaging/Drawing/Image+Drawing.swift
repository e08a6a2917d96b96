extension Image {
  /// Creates a picture of one grey.
  package init(width: Int, height: Int, level: UInt8) {
    self.init(
      width: width, height: height, pixels: [UInt8](repeating: level, count: width * height * 3))
  }

  /// Lays another picture over this one, with its upper left corner at (`x`, `y`).
  ///
  /// Where it is transparent, this one shows; one that has opacity itself takes over the other's.
  ///
  /// - Precondition: it lies inside.
  package mutating func paste(_ other: Image, x: Int, y: Int) {
    precondition(
      x >= 0 && y >= 0 && x + other.width <= width && y + other.height <= height,
      "\(other.width)×\(other.height) at (\(x), \(y)) leaves the picture of \(width)×\(height)")
    if let opacity = other.opacity, self.opacity == nil {
      return blend(other, opacity, x: x, y: y)
    }
    let length = other.width * 3
    for row in 0..<other.height {
      let start = ((y + row) * width + x) * 3
      pixels.replaceSubrange(
        start..<start + length, with: other.pixels[row * length..<(row + 1) * length])
      guard opacity != nil else { continue }
      let levels = other.opacity?.rows(row..<row + 1).levels
      opacity?.levels.replaceSubrange(
        start / 3..<start / 3 + other.width,
        with: levels ?? [UInt8](repeating: 255, count: other.width))
    }
  }

  /// The picture over white.
  package var laidOnWhite: Image {
    guard opacity != nil else { return self }
    var white = Image(width: width, height: height, level: 255)
    white.paste(self, x: 0, y: 0)
    return white
  }

  private mutating func blend(_ other: Image, _ opacity: Opacity, x: Int, y: Int) {
    for row in 0..<other.height {
      for column in 0..<other.width {
        let source = row * other.width + column
        let target = (y + row) * width + x + column
        let alpha = Int(opacity.levels[source])
        for channel in 0..<3 {
          let (upper, lower) = (other.pixels[3 * source + channel], pixels[3 * target + channel])
          pixels[3 * target + channel] = UInt8(
            (Int(upper) * alpha + Int(lower) * (255 - alpha) + 127) / 255)
        }
      }
    }
  }

  /// Writes a line of ``BitmapFont``'s letters with its upper left corner at (`x`, `y`); what would
  /// leave the picture is left out.
  ///
  /// - Parameters:
  ///   - scale: The side of the squares that the letters are made of.
  ///   - level: The grey of the ink.
  package mutating func write(_ text: String, x: Int, y: Int, scale: Int = 1, level: UInt8 = 40) {
    for place in BitmapFont.ink(of: text) {
      let (left, top) = (x + place.x * scale, y + place.y * scale)
      for row in top..<top + scale where (0..<height).contains(row) {
        for column in left..<left + scale where (0..<width).contains(column) {
          let start = (row * width + column) * 3
          for channel in start..<start + 3 { pixels[channel] = level }
        }
      }
    }
  }
}
