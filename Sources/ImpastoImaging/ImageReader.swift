public import Foundation
import ImpastoFiles

/// Reads a PNG or JPEG picture row by row, as often as asked, so that it need not lie in memory.
///
/// ```swift
/// let photo = try ImageReader(contentsOf: "photo.jpg")
/// var row = [UInt8](repeating: 0, count: photo.width * 3)
/// for _ in 0..<photo.height {
///   try row.withUnsafeMutableBufferPointer { row throws(ImageError) in try photo.read(into: row) }
/// }
/// photo.rewind()
/// ```
///
/// The rows are those of ``Image/init(contentsOf:)``. A picture that its file does not store row by
/// row from the top is decoded with the first row and held: an interlaced one, or one that a camera
/// held upside down or sideways. Of a progressive JPEG file its coefficients are held.
public final class ImageReader {
  /// The number of columns, one or more.
  public let width: Int
  /// The number of rows, one or more.
  public let height: Int
  /// The number of rows read since the first.
  public private(set) var row = 0
  /// The most bytes that the reader holds while it reads, without the room for rows that its caller
  /// gives it.
  public let heldBytes: Int

  /// The decoder; `nil` once the picture is held.
  private var decoder: RowDecoder?
  private let orientation: Orientation
  /// Whether rows are there only once the whole picture is.
  private let isHolding: Bool
  private var picture: [UInt8] = []
  private var hasFailed = false

  /// Opens a file, whatever its extension.
  ///
  /// - Throws: Any ``ImageError`` about reading; it names `path`.
  public convenience init(contentsOf path: String) throws(ImageError) {
    try self.init(contentsOf: path, over: .white)
  }

  /// Opens a file that is in memory.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, which is held.
  ///   - name: What to call it in errors.
  /// - Throws: Any ``ImageError`` about reading, but not of the case ``ImageError/file(_:)``.
  public convenience init(encoded bytes: Data, name: String) throws(ImageError) {
    try self.init(ByteSource(bytes), name: name, over: .white)
  }

  convenience init(contentsOf path: String, over background: Image.Background) throws(ImageError) {
    let source: ByteSource
    do { source = try ByteSource(path) } catch { throw .file(error) }
    try self.init(source, name: path, over: background)
  }

  private init(
    _ source: ByteSource, name: String, over background: Image.Background
  ) throws(ImageError) {
    let decoder = try RowDecoder(source, name: name, over: background)
    orientation = decoder.orientation
    isHolding = decoder.isInterlaced || !orientation.keepsRows
    (width, height) =
      orientation.exchangesSides
      ? (decoder.height, decoder.width) : (decoder.width, decoder.height)
    heldBytes = decoder.heldBytes + (isHolding ? width * height * 3 : 0)
    self.decoder = decoder
  }

  /// Reads the next rows: red, green and blue of each pixel, three bytes.
  ///
  /// A file that is cut short or damaged is refused with the row where that shows, and with the last
  /// row at the latest. After an error the reader can only be rewound.
  ///
  /// - Parameter rows: Room for one or more whole rows, which is filled.
  /// - Throws: ``ImageError/damaged(name:format:reason:)``, or ``ImageError/file(_:)`` where the
  ///   disk fails.
  /// - Precondition: No more rows than are left.
  public func read(into rows: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
    let count = rows.count / (width * 3)
    precondition(
      count > 0 && count * width * 3 == rows.count && count <= height - row,
      "\(rows.count) bytes for some of \(height - row) rows of \(width * 3) bytes")
    precondition(!hasFailed, "reading on after an error")
    hasFailed = true
    if let decoder {
      try read(rows, from: decoder)
    } else {
      copyHeld(rows)
    }
    hasFailed = false
    row += count
  }

  /// Goes back to the first row.
  public func rewind() {
    row = 0
    hasFailed = false
    decoder?.rewind()
  }

  private func read(
    _ rows: UnsafeMutableBufferPointer<UInt8>, from decoder: RowDecoder
  ) throws(ImageError) {
    if !isHolding {
      try decoder.read(into: rows)
      if orientation == .mirrored { Image.mirror(rows, width: width) }
    } else if rows.count == width * height * 3 {
      try readPicture(rows, from: decoder)
    } else {
      let size = width * height * 3
      picture = try [UInt8](unsafeUninitializedCapacity: size) { room, count throws(ImageError) in
        try readPicture(UnsafeMutableBufferPointer(rebasing: room[..<size]), from: decoder)
        count = size
      }
      self.decoder = nil
      copyHeld(rows)
    }
  }

  /// Fills `picture` with all rows, upright.
  private func readPicture(
    _ picture: UnsafeMutableBufferPointer<UInt8>, from decoder: RowDecoder
  ) throws(ImageError) {
    guard !decoder.isInterlaced else { return try decoder.read(into: picture) }
    // So many that what they become in a picture turned, side by side, is more than a cache line.
    let most = 32
    let band = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: decoder.width * most * 3)
    defer { band.deallocate() }
    for row in stride(from: 0, to: decoder.height, by: most) {
      let count = min(most, decoder.height - row)
      let rows = UnsafeMutableBufferPointer(rebasing: band[..<(decoder.width * count * 3)])
      try decoder.read(into: rows)
      orientation.place(
        UnsafeBufferPointer(rows), row: row, of: (decoder.width, decoder.height), in: picture)
    }
  }

  private func copyHeld(_ rows: UnsafeMutableBufferPointer<UInt8>) {
    picture.withUnsafeBufferPointer { picture in
      let start = row * width * 3
      _ = rows.update(fromContentsOf: picture[start..<start + rows.count])
    }
  }
}
