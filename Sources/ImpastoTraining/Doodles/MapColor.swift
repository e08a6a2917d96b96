import ImpastoImaging

/// A colour of a map, which stands for a region.
public struct MapColor: Hashable, Sendable, CustomStringConvertible {
  /// The levels, 0 to 255.
  public let red, green, blue: UInt8

  /// Creates a colour.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// The colour as in pages of the web: `#ff8000`.
  public var description: String {
    "#"
      + [red, green, blue].map { level in
        let digits = String(level, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
  }

  /// The distance up to which two colours are one and the same, of up to 441: what JPEG makes of a
  /// plain colour lies nearer.
  static let tolerance = 40.0

  /// The root of the sum of squares of the levels' differences.
  func distance(to other: MapColor) -> Double {
    func square(_ a: UInt8, _ b: UInt8) -> Double {
      let difference = Double(a) - Double(b)
      return difference * difference
    }
    return
      (square(red, other.red) + square(green, other.green) + square(blue, other.blue)).squareRoot()
  }

  /// The one of `colors` that lies nearest.
  ///
  /// - Precondition: There is one.
  func nearest(of colors: [MapColor]) -> Int {
    colors.indices.min { distance(to: colors[$0]) < distance(to: colors[$1]) } ?? 0
  }
}

extension Image {
  /// The colour of a pixel, counted from the first one.
  func mapColor(at pixel: Int) -> MapColor {
    MapColor(pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2])
  }

  /// The plain colours of a map, those of most pixels first, and how many pixels each has.
  ///
  /// Only pixels count whose neighbours have the same colour, but for the errors of JPEG: those at a
  /// soft edge mix the colours on both of its sides. Where there are none, as in a map of few
  /// pixels, all count.
  func mapColors() -> [(color: MapColor, pixels: Int)] {
    let plain = plainPixels()
    var bins: [Int: (count: Int, red: Int, green: Int, blue: Int)] = [:]
    for pixel in plain.isEmpty ? Array(0..<width * height) : plain {
      let (red, green, blue) = (
        Int(pixels[3 * pixel]), Int(pixels[3 * pixel + 1]), Int(pixels[3 * pixel + 2])
      )
      let bin = (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3
      let old = bins[bin] ?? (0, 0, 0, 0)
      bins[bin] = (old.count + 1, old.red + red, old.green + green, old.blue + blue)
    }
    // Bins of equal counts in an order of their own, so that every run agrees.
    let ordered = bins.sorted { ($0.value.count, $0.key) > ($1.value.count, $1.key) }
    var colors: [(color: MapColor, pixels: Int)] = []
    for (_, bin) in ordered {
      let color = MapColor(
        UInt8(bin.red / bin.count), UInt8(bin.green / bin.count), UInt8(bin.blue / bin.count))
      if let known = colors.firstIndex(where: {
        $0.color.distance(to: color) <= MapColor.tolerance
      }) {
        colors[known].pixels += bin.count
      } else {
        colors.append((color, bin.count))
      }
    }
    // A handful of pixels is a fault of the file and no region.
    let least = plain.isEmpty ? 1 : max(4, width * height / 20_000)
    return colors.filter { $0.pixels >= least }.sorted { $0.pixels > $1.pixels }
  }

  /// The pixels that look like all eight around them.
  private func plainPixels() -> [Int] {
    guard width > 2, height > 2 else { return [] }
    func isLike(_ a: Int, _ b: Int) -> Bool {
      (0..<3).allSatisfy { abs(Int(pixels[3 * a + $0]) - Int(pixels[3 * b + $0])) <= 16 }
    }
    var plain: [Int] = []
    for row in 1..<height - 1 {
      for column in 1..<width - 1 {
        let pixel = row * width + column
        let around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]
        if around.allSatisfy({ isLike(pixel, pixel + $0) }) { plain.append(pixel) }
      }
    }
    return plain
  }
}
