/// Reads the colours of a photo row by row, as if it were opaque everywhere, and tells its opacity.
///
/// A file that can have transparent pixels is read until the first of them, and where there is one
/// once more, before it is read as asked for. Their colours are then taken from the visible pixels
/// around them, whatever the file hides there.
public final class PhotoReader {
  /// The number of columns, one or more.
  public var width: Int { reader.width }
  /// The number of rows, one or more.
  public var height: Int { reader.height }
  /// The opacity of the pixels; nil where all are opaque.
  public let opacity: Opacity?
  /// The metadata of the file.
  public var metadata: ImageMetadata { reader.metadata }
  /// The warnings so far, as sentences that name the file.
  public var warnings: [String] { reader.warnings }
  /// The most bytes that the reader holds while it reads, without the room for rows that its caller
  /// gives it.
  public var heldBytes: Int { Self.heldBytes(reader) }

  private let reader: ImageReader
  private let hidden: HiddenColors?

  /// Takes over a reader of which no row has been read.
  ///
  /// - Throws: Any ``ImageError`` about reading.
  public init(_ reader: ImageReader) throws(ImageError) {
    self.reader = reader
    guard reader.channels == 4 else {
      (opacity, hidden) = (nil, nil)
      return
    }
    var isOpaque = true
    try Self.readBands(of: reader) { band, _ in
      var all: UInt8 = 255
      for alpha in stride(from: 3, to: band.count, by: 4) { all &= band[alpha] }
      isOpaque = all == 255
      return isOpaque
    }
    reader.rewind()
    guard !isOpaque else {
      (opacity, hidden) = (nil, nil)
      return
    }
    var hidden = HiddenColors(width: reader.width, height: reader.height)
    var levels: [UInt8] = []
    levels.reserveCapacity(reader.width * reader.height)
    try Self.readBands(of: reader) { band, row in
      hidden.add(band, row: row)
      for alpha in stride(from: 3, to: band.count, by: 4) { levels.append(band[alpha]) }
      return true
    }
    reader.rewind()
    hidden.settle()
    self.hidden = hidden
    opacity = Opacity(width: reader.width, height: reader.height, levels: levels)
  }

  /// The most bytes that reading with `reader` takes, before it is known what its file has.
  public static func heldBytes(_ reader: ImageReader) -> Int {
    guard reader.channels == 4 else { return reader.heldBytes }
    return reader.heldBytes + reader.width * reader.height
      + HiddenColors.bytes(width: reader.width, height: reader.height)
      + reader.width * 4 * bandHeight
  }

  private static let bandHeight = 16

  /// Calls `body` with all rows, some of them at a time, and the number of the first, until it
  /// returns false.
  private static func readBands(
    of reader: ImageReader, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Bool
  ) throws(ImageError) {
    let stride = reader.width * reader.channels
    let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: stride * bandHeight)
    defer { room.deallocate() }
    while reader.row < reader.height {
      let row = reader.row
      let count = min(bandHeight, reader.height - row) * stride
      let band = UnsafeMutableBufferPointer(rebasing: room[..<count])
      try reader.read(into: band)
      guard body(UnsafeBufferPointer(band), row) else { return }
    }
  }

  /// Reads the next rows: red, green and blue of each pixel, three bytes.
  ///
  /// - Parameter rows: Room for one or more whole rows, no more than are left.
  /// - Throws: Any ``ImageError`` about reading, after which the reader can only be rewound.
  public func read(into rows: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
    guard reader.channels == 4 else { return try reader.read(into: rows) }
    let count = rows.count / 3
    let row = reader.row
    let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 4 * count)
    defer { room.deallocate() }
    try reader.read(into: room)
    if let hidden {
      hidden.fill(UnsafeBufferPointer(room), row: row, into: rows)
    } else {
      for pixel in 0..<count {
        for channel in 0..<3 { rows[3 &* pixel &+ channel] = room[4 &* pixel &+ channel] }
      }
    }
  }

  /// Goes back to the first row.
  public func rewind() { reader.rewind() }
}

extension Image {
  /// Reads all rows of a photo of which none has been read, with its opacity.
  ///
  /// - Throws: Any ``ImageError`` about reading.
  public init(_ photo: PhotoReader) throws(ImageError) {
    let count = photo.width * photo.height * 3
    let pixels = try [UInt8](unsafeUninitializedCapacity: count) {
      pixels, written throws(ImageError) in
      try photo.read(into: UnsafeMutableBufferPointer(rebasing: pixels[..<count]))
      written = count
    }
    self.init(width: photo.width, height: photo.height, pixels: pixels, opacity: photo.opacity)
  }
}
