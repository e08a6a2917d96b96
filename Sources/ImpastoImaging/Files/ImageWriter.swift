import CImageCodecs
import Foundation
public import ImpastoFiles

/// Writes a picture row by row, so that it need not lie in memory as PNG or JPEG.
///
/// ```swift
/// let painting = try ImageWriter(to: "painting.png", width: 640, height: 480)
/// for band in bands { try band.withUnsafeBufferPointer(painting.write(rows:)) }
/// try painting.finish()
/// ```
///
/// The bytes are those that ``Image/write(to:quality:metadata:)`` writes. Of a PNG file memory holds a few
/// rows; what it holds of a JPEG file grows to about twice the file. A WebP picture is held as a
/// whole, with four bytes a pixel.
public final class ImageWriter {
  private let name: String
  private let format: ImageFormat
  private let width: Int
  private let height: Int
  private let hasAlpha: Bool
  private let draft: AtomicFile.Draft?
  private let sink: CodecSink
  private let writer: OpaquePointer
  private var row = 0
  private var isOpen = true

  /// The most bytes that writing a picture takes beside its file and the rows handed over.
  ///
  /// libwebp holds four bytes a pixel until the end, and then what it takes to encode: up to 29 in all
  /// with loss and opaque, else up to 42, both measured with its version 1.2 on noise.
  package static func heldBytes(
    as format: ImageFormat, width: Int, height: Int, quality: Int, hasAlpha: Bool
  ) -> Int {
    guard format == .webp else { return 0 }
    return width * height * (quality == 100 || hasAlpha ? 45 : 30)
  }

  /// Begins a file in the format that the extension of `path` names.
  ///
  /// Until ``finish()`` a file at the path is as it was, and it stays so where that is never called.
  ///
  /// - Parameters:
  ///   - path: A name that ends in `.png`, `.jpg`, `.jpeg` or `.webp`; a file of that name is replaced.
  ///   - width: The number of columns, one or more.
  ///   - height: The number of rows, one or more.
  ///   - quality: Of a JPEG or WebP file, 1 to 100.
  ///   - hasAlpha: Whether rows have four bytes a pixel, the last of them alpha. A format that has no
  ///     transparency gets them laid on white.
  ///   - metadata: What else the file is to say.
  /// - Throws: Any ``ImageError`` about writing.
  public convenience init(
    to path: String, width: Int, height: Int, quality: Int = 95, hasAlpha: Bool = false,
    metadata: ImageMetadata = .none
  ) throws(ImageError) {
    let format = try ImageFormat(ofOutput: path)
    let draft: AtomicFile.Draft
    do { draft = try AtomicFile.Draft(path) } catch { throw .file(error) }
    let sink = CodecSink { bytes throws(FileError) in try draft.append(bytes) }
    try self.init(format, path, width, height, quality, hasAlpha, metadata, sink, draft)
  }

  /// Begins a file whose bytes go where the caller sends them.
  ///
  /// - Parameters:
  ///   - format: PNG keeps every pixel.
  ///   - name: The file's name in errors.
  ///   - width: The number of columns, one or more.
  ///   - height: The number of rows, one or more.
  ///   - quality: Of a JPEG or WebP file, 1 to 100. JPEG keeps colour at full resolution from 90;
  ///     WebP of 100 is without loss.
  ///   - hasAlpha: Whether rows have four bytes a pixel, the last of them alpha.
  ///   - metadata: What else the file is to say.
  ///   - sink: Takes the next bytes of the file. What it throws, the writer throws as
  ///     ``ImageError/file(_:)``.
  /// - Throws: Any ``ImageError`` about writing.
  public convenience init(
    as format: ImageFormat, name: String, width: Int, height: Int, quality: Int = 95,
    hasAlpha: Bool = false, metadata: ImageMetadata = .none,
    sink: @escaping (UnsafeRawBufferPointer) throws(FileError) -> Void
  ) throws(ImageError) {
    try self.init(
      format, name, width, height, quality, hasAlpha, metadata, CodecSink(sink), nil)
  }

  private init(
    _ format: ImageFormat, _ name: String, _ width: Int, _ height: Int, _ quality: Int,
    _ hasAlpha: Bool, _ metadata: ImageMetadata, _ sink: CodecSink, _ draft: AtomicFile.Draft?
  ) throws(ImageError) {
    precondition(width > 0 && height > 0, "a picture of \(width)×\(height) has no pixels")
    precondition(format.isWritten, "\(format.title) files are only read")
    if let library = format.missingLibrary {
      throw .missingLibrary(name: name, format: format, library: library)
    }
    guard (1...100).contains(quality) else { throw .qualityOutOfRange(quality) }
    func failure(_ reason: String) -> ImageError {
      .cannotEncode(name: name, format: format, width: width, height: height, reason: reason)
    }
    guard let columns = UInt32(exactly: width), let rows = UInt32(exactly: height) else {
      throw failure("a side is too long")
    }
    var message = CodecMessage()
    var contents = impasto_contents()
    (contents.width, contents.height, contents.quality) = (columns, rows, Int32(quality))
    contents.has_alpha = hasAlpha && format.keepsTransparency
    let writer = contents.with(metadata) {
      impasto_writer_open(format.codec, sink.forCodec, $0, &message.characters)
    }
    guard let writer else { throw sink.failure ?? failure(message.text) }
    self.writer = writer
    (self.format, self.name, self.width, self.height) = (format, name, width, height)
    self.hasAlpha = hasAlpha
    (self.sink, self.draft) = (sink, draft)
  }

  deinit { impasto_writer_close(writer) }

  /// Writes the next rows: red, green and blue of each pixel, and alpha where the picture has it.
  ///
  /// - Parameter rows: Whole rows, no more than are left.
  /// - Throws: Any ``ImageError`` about writing, after which nothing can be written.
  public func write(rows: UnsafeBufferPointer<UInt8>) throws(ImageError) {
    let stride = width * (hasAlpha ? 4 : 3)
    let count = rows.count / stride
    precondition(
      count * stride == rows.count && count <= height - row,
      "\(rows.count) bytes for some of \(height - row) rows of \(stride) bytes")
    if hasAlpha, !format.keepsTransparency {
      try Self.laidOnWhite(rows).withUnsafeBufferPointer { rows throws(ImageError) in
        try check { impasto_writer_write(writer, rows.baseAddress, UInt32(count), &$0) }
      }
    } else {
      try check { impasto_writer_write(writer, rows.baseAddress, UInt32(count), &$0) }
    }
    row += count
  }

  /// Writes the next rows, with their opacity where the picture has alpha.
  ///
  /// - Throws: Any ``ImageError`` about writing, after which nothing can be written.
  public func write(_ rows: Image) throws(ImageError) {
    precondition(
      hasAlpha == (rows.opacity != nil), "rows with opacity for a file without, or the reverse")
    let pixels = rows.opacity?.applied(to: rows.pixels) ?? rows.pixels
    try pixels.withUnsafeBufferPointer { pixels throws(ImageError) in
      try write(rows: pixels)
    }
  }

  private static func laidOnWhite(_ pixels: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: pixels.count / 4 * 3) { result, count in
      for pixel in 0..<pixels.count / 4 {
        let alpha = Int(pixels[4 &* pixel &+ 3])
        for channel in 0..<3 {
          let sum = Int(pixels[4 &* pixel &+ channel]) &* alpha &+ 255 &* (255 &- alpha)
          result[3 &* pixel &+ channel] = UInt8((sum &+ 127) / 255)
        }
      }
      count = pixels.count / 4 * 3
    }
  }

  /// Completes the file, and puts it in its place if it has one; nothing may be written afterwards.
  ///
  /// - Precondition: All rows have been written.
  /// - Throws: Any ``ImageError`` about writing.
  public func finish() throws(ImageError) {
    precondition(row == height, "\(height - row) rows are missing")
    try check { impasto_writer_end(writer, &$0) }
    isOpen = false
    do { try draft?.commit() } catch { throw .file(error) }
  }

  /// Has the encoder do something, after which it is of no more use if that fails.
  private func check(_ encode: (inout [CChar]) -> Bool) throws(ImageError) {
    precondition(isOpen, "writing after the end or after an error")
    var message = CodecMessage()
    isOpen = encode(&message.characters)
    guard isOpen else {
      throw sink.failure
        ?? .cannotEncode(
          name: name, format: format, width: width, height: height, reason: message.text)
    }
  }
}

extension impasto_contents {
  /// Calls `body` with these contents and `metadata`.
  fileprivate func with<Result>(
    _ metadata: ImageMetadata, _ body: (UnsafePointer<impasto_contents>) -> Result
  ) -> Result {
    var contents = self
    contents.density = metadata.density.map { ($0.x, $0.y) } ?? (0, 0)
    return withBytes(of: metadata.exif) { exif in
      withBytes(of: metadata.xmp) { xmp in
        (contents.exif, contents.exif_count) = (exif.baseAddress, exif.count)
        (contents.xmp, contents.xmp_count) = (xmp.baseAddress, xmp.count)
        return body(&contents)
      }
    }
  }
}

private func withBytes<Result>(
  of data: Data?, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  guard let data else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
  return Array(data).withUnsafeBufferPointer(body)
}
