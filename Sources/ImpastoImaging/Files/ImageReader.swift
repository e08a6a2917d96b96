public import Foundation
import ImpastoFiles

/// Reads a picture file row by row, as often as asked, so that it need not lie in memory.
///
/// ```swift
/// let photo = try ImageReader(contentsOf: "photo.jpg")
/// var row = [UInt8](repeating: 0, count: photo.width * 3)
/// for _ in 0..<photo.height {
///   try row.withUnsafeMutableBufferPointer { try photo.read(into: $0) }
/// }
/// photo.rewind()
/// ```
///
/// The rows are those of ``Image/init(contentsOf:onWarning:)``, or have alpha too where that is asked for. A
/// picture that its file does not store row by row from the top is decoded with the first row and
/// held: an interlaced one, one that a camera held upside down or sideways, and every WebP, HEIC and
/// AVIF picture. Of a progressive JPEG file its coefficients are held, of a TIFF file a row of tiles.
public final class ImageReader {
  /// The number of columns, one or more.
  public let width: Int
  /// The number of rows, one or more.
  public let height: Int
  /// Indicates whether pixels can be transparent.
  public var hasAlpha: Bool { decoder.hasAlpha }
  /// The bytes of a pixel: 3 for red, green and blue, 4 where alpha follows them.
  public let channels: Int
  /// The number of rows read since the first.
  public private(set) var row = 0
  /// The most bytes that the reader holds while it reads, without the room for rows that its caller
  /// gives it.
  public let heldBytes: Int

  private let decoder: RowDecoder
  private let orientation: Orientation
  /// Indicates whether rows are there only once the whole picture is.
  private let isHolding: Bool
  /// The whole picture, upright, once it is held.
  private var picture: [UInt8]?
  private var hasFailed = false

  /// Opens a file, whatever its extension.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: Its name in errors about what it holds, where that is not the path.
  ///   - keepingAlpha: Whether rows of a file with transparency are RGBA, not premultiplied, instead
  ///     of RGB over white.
  /// - Throws: Any ``ImageError`` about reading.
  public convenience init(
    contentsOf path: String, named name: String? = nil, keepingAlpha: Bool = false
  ) throws(ImageError) {
    try self.init(
      contentsOf: path, named: name, transparency: keepingAlpha ? .kept : .overWhite)
  }

  /// Opens a file that is in memory.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, which is held.
  ///   - name: Its name in errors.
  ///   - keepingAlpha: Whether rows of a file with transparency are RGBA, not premultiplied, instead
  ///     of RGB over white.
  /// - Throws: Any ``ImageError`` about reading, but not of the case ``ImageError/file(_:)``.
  public convenience init(
    encoded bytes: Data, name: String, keepingAlpha: Bool = false
  ) throws(ImageError) {
    try self.init(
      ByteSource(bytes), name: name, transparency: keepingAlpha ? .kept : .overWhite)
  }

  convenience init(
    contentsOf path: String, named name: String?, transparency: Transparency
  ) throws(ImageError) {
    let source: ByteSource
    do { source = try ByteSource(path, where: Self.isPicture) } catch { throw .file(error) }
    try self.init(source, name: name ?? path, transparency: transparency)
  }

  private init(
    _ source: ByteSource, name: String, transparency: Transparency
  ) throws(ImageError) {
    decoder = try RowDecoder(source, name: name, transparency: transparency)
    channels = decoder.channels
    orientation = decoder.orientation
    isHolding = decoder.isInterlaced || !orientation.keepsRows
    (width, height) =
      orientation.exchangesSides
      ? (decoder.height, decoder.width) : (decoder.width, decoder.height)
    let pictures = (isHolding ? 1 : 0) + (decoder.isInterlaced && orientation != .upright ? 1 : 0)
    heldBytes = decoder.heldBytes + pictures * width * height * channels
  }

  /// Returns whether a file that begins with these bytes, 64 or more, is of a format that is read.
  public static func isPicture(_ beginning: Data) -> Bool {
    FileSignature.format(of: beginning) != nil
  }

  /// EXIF as the file has it, a TIFF structure.
  public var exif: Data? { decoder.exif }

  /// The size at which the picture is meant to be printed, where the file has it outside of EXIF.
  public var density: ImageMetadata.Density? {
    let stored = decoder.density
    return orientation.exchangesSides
      ? stored.map { ImageMetadata.Density(x: $0.y, y: $0.x) } : stored
  }

  /// XMP as the file has it.
  public var xmp: Data? { decoder.xmp }

  /// The metadata of the file.
  public var metadata: ImageMetadata { ImageMetadata(exif: exif, xmp: xmp, density: density) }

  /// The warnings so far, as sentences that name the file: a colour
  /// profile that cannot be used, known with the first row, or a missing end, with the last.
  public var warnings: [String] { decoder.warnings }

  /// Reads the next rows, ``channels`` bytes a pixel.
  ///
  /// A file that is cut short or damaged is refused with the row where that shows, and with the last
  /// row at the latest. After an error the reader can only be rewound.
  ///
  /// - Parameter rows: Room for one or more whole rows, which is filled.
  /// - Throws: ``ImageError/damaged(name:format:reason:)``, or ``ImageError/file(_:)`` where the
  ///   disk fails.
  /// - Precondition: No more rows than are left.
  public func read(into rows: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
    let stride = width * channels
    let count = rows.count / stride
    precondition(
      count > 0 && count * stride == rows.count && count <= height - row,
      "\(rows.count) bytes for some of \(height - row) rows of \(stride) bytes")
    precondition(!hasFailed, "reading on after an error")
    hasFailed = true
    if let picture {
      copy(rows, from: picture)
    } else {
      try decode(rows)
    }
    hasFailed = false
    row += count
  }

  /// Goes back to the first row.
  public func rewind() {
    row = 0
    hasFailed = false
    decoder.rewind()
  }

  private func decode(_ rows: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
    if !isHolding {
      try decoder.read(into: rows)
      if orientation == .mirrored { Image.mirror(rows, width: width, channels: channels) }
    } else if rows.count == width * height * channels {
      try readPicture(rows)
    } else {
      let size = width * height * channels
      let picture = try [UInt8](unsafeUninitializedCapacity: size) {
        room, count throws(ImageError) in
        try readPicture(UnsafeMutableBufferPointer(rebasing: room[..<size]))
        count = size
      }
      self.picture = picture
      copy(rows, from: picture)
    }
  }

  /// Fills `picture` with all rows, upright.
  private func readPicture(_ picture: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
    guard !decoder.isInterlaced || orientation != .upright else {
      return try decoder.read(into: picture)
    }
    // So many that what they become in a picture turned, side by side, is more than a cache line.
    let maximum = decoder.isInterlaced ? decoder.height : 32
    let stride = decoder.width * channels
    let band = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: stride * maximum)
    defer { band.deallocate() }
    for row in Swift.stride(from: 0, to: decoder.height, by: maximum) {
      let count = min(maximum, decoder.height - row)
      let rows = UnsafeMutableBufferPointer(rebasing: band[..<(stride * count)])
      try decoder.read(into: rows)
      orientation.place(
        UnsafeBufferPointer(rows), row: row, of: (decoder.width, decoder.height),
        channels: channels, in: picture)
    }
  }

  private func copy(_ rows: UnsafeMutableBufferPointer<UInt8>, from picture: [UInt8]) {
    picture.withUnsafeBufferPointer { picture in
      let start = row * width * channels
      _ = rows.update(fromContentsOf: picture[start..<start + rows.count])
    }
  }
}
