/// A weight for each pixel of a picture.
///
/// ```swift
/// let topHalf = Mask(width: 1, height: 2, levels: [255, 0])
/// ```
public struct Mask: Sendable, Equatable {
  /// The levels as a grey picture; 255 is all of it and 0 nothing.
  private let picture: Image

  /// The levels, 255 for all and 0 for nothing, rows from the top.
  public var levels: [UInt8] {
    stride(from: 0, to: picture.pixels.count, by: 3).map { picture.pixels[$0] }
  }

  /// The number of columns.
  public var width: Int { picture.width }
  /// The number of rows.
  public var height: Int { picture.height }

  /// Creates a mask from its levels.
  ///
  /// - Parameters:
  ///   - levels: 0 for nothing to 255 for all, rows from the top.
  /// - Precondition: `width · height` levels, one or more.
  public init(width: Int, height: Int, levels: [UInt8]) {
    picture = Image(width: width, height: height, pixels: levels.flatMap { [$0, $0, $0] })
  }

  /// Reads a picture file of any kind.
  ///
  /// White is all, black nothing, and so is what is transparent. Colours count by their luma.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: Its name in errors about what it holds, where that is not the path.
  ///   - onWarning: Called with each warning, as in ``ImageReader/warnings``.
  /// - Throws: Any ``ImageError`` about reading.
  public init(
    contentsOf path: String, named name: String? = nil, onWarning: (String) -> Void = { _ in }
  ) throws(ImageError) {
    let reader = try ImageReader(contentsOf: path, named: name, transparency: .overBlack)
    self.init(try Image(reader))
    reader.warnings.forEach(onWarning)
  }

  /// Creates a mask from the luma of a picture without regard to its opacity.
  package init(_ picture: Image) {
    var pixels = picture.pixels
    pixels.withUnsafeMutableBufferPointer { pixels in
      for i in stride(from: 0, to: pixels.count, by: 3) {
        let level = UInt8(Image.luma(pixels[i], pixels[i &+ 1], pixels[i &+ 2]) + 0.5)
        for c in 0..<3 { pixels[i &+ c] = level }
      }
    }
    self.picture = Image(width: picture.width, height: picture.height, pixels: pixels)
  }

  /// The mask stretched to another size.
  package func resized(width: Int, height: Int) -> Mask {
    Mask(grey: picture.resized(width: width, height: height))
  }

  private init(grey picture: Image) { self.picture = picture }

  /// Indicates whether no pixel gets anything.
  public var isBlack: Bool { !picture.pixels.contains { $0 > 0 } }

  /// The softest that edges become.
  package static let radiusLimit = Blur.radiusLimit

  /// The share of each pixel of a picture of another size, with soft edges.
  ///
  /// - Parameters:
  ///   - width: The columns that the mask is stretched to.
  ///   - height: The rows that it is stretched to.
  ///   - radius: How soft edges become: of a ``Blur``, in pixels of that size.
  /// - Returns: 0…1, rows from the top; exactly 1 wherever a white mask is white.
  package func shares(width: Int, height: Int, radius: Int) -> [Float] {
    let resized = picture.resized(width: width, height: height).pixels
    // Eight bits more than the levels, which a wide edge has fewer of than pixels.
    var values = stride(from: 0, to: resized.count, by: 3).map { Int32(resized[$0]) << 8 }
    Blur(radius: radius).apply(to: &values, width: width, height: height)
    return values.map { Float($0) / Float(255 << 8) }
  }
}
