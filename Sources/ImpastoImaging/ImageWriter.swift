import CImageCodecs
import Foundation
public import ImpastoFiles

/// Writes a PNG or JPEG picture row by row, so that it need not lie in memory.
///
/// ```swift
/// let painting = try ImageWriter(to: "painting.png", width: 11_600, height: 8_700)
/// for band in bands { try band.withUnsafeBufferPointer(painting.write(rows:)) }
/// try painting.finish()
/// ```
///
/// The bytes are those that ``Image/write(to:quality:)`` writes. Of a PNG file memory holds a few
/// rows; what it holds of a JPEG file grows to about twice the file.
public final class ImageWriter {
  private let name: String
  private let format: ImageFormat
  private let width: Int
  private let height: Int
  private let draft: AtomicFile.Draft?
  private let sink: CodecSink
  private let writer: OpaquePointer
  private var row = 0
  private var isOpen = true

  /// Begins a file in the format that the extension of `path` names.
  ///
  /// Until ``finish()`` a file at the path is as it was, and it stays so where that is never called.
  ///
  /// - Parameters:
  ///   - path: A name that ends in `.png`, `.jpg` or `.jpeg`; a file of that name is replaced.
  ///   - width: The number of columns, one or more.
  ///   - height: The number of rows, one or more.
  ///   - quality: Of a JPEG file, 1 to 100.
  /// - Throws: Any ``ImageError`` about writing.
  public convenience init(
    to path: String, width: Int, height: Int, quality: Int = 95
  ) throws(ImageError) {
    let format = try ImageFormat(pathExtension: path)
    let draft: AtomicFile.Draft
    do { draft = try AtomicFile.Draft(path) } catch { throw .file(error) }
    let sink = CodecSink { bytes throws(FileError) in try draft.append(bytes) }
    try self.init(format, path, width, height, quality, sink, draft)
  }

  /// Begins a file whose bytes go where the caller sends them.
  ///
  /// - Parameters:
  ///   - format: PNG keeps every pixel.
  ///   - name: What to call the file in errors.
  ///   - width: The number of columns, one or more.
  ///   - height: The number of rows, one or more.
  ///   - quality: Of a JPEG file, 1 to 100; colour is kept at full resolution from 90.
  ///   - sink: Takes the next bytes of the file. What it throws, the writer throws as
  ///     ``ImageError/file(_:)``.
  /// - Throws: Any ``ImageError`` about writing.
  public convenience init(
    as format: ImageFormat, name: String, width: Int, height: Int, quality: Int = 95,
    sink: @escaping (UnsafeRawBufferPointer) throws(FileError) -> Void
  ) throws(ImageError) {
    try self.init(format, name, width, height, quality, CodecSink(sink), nil)
  }

  private init(
    _ format: ImageFormat, _ name: String, _ width: Int, _ height: Int, _ quality: Int,
    _ sink: CodecSink, _ draft: AtomicFile.Draft?
  ) throws(ImageError) {
    precondition(width > 0 && height > 0, "a picture of \(width)×\(height) has no pixels")
    guard (1...100).contains(quality) else { throw .qualityOutOfRange(quality) }
    func failure(_ reason: String) -> ImageError {
      .cannotEncode(name: name, format: format, width: width, height: height, reason: reason)
    }
    guard let columns = UInt32(exactly: width), let rows = UInt32(exactly: height) else {
      throw failure("a side is too long")
    }
    var message = CodecMessage()
    let writer = impasto_writer_open(
      format.codec, sink.forCodec, columns, rows, Int32(quality),
      &message.characters)
    guard let writer else { throw sink.failure ?? failure(message.text) }
    self.writer = writer
    (self.format, self.name, self.width, self.height) = (format, name, width, height)
    (self.sink, self.draft) = (sink, draft)
  }

  deinit { impasto_writer_close(writer) }

  /// Writes the next rows: red, green and blue of each pixel, three bytes.
  ///
  /// - Parameter rows: Whole rows, no more than are left.
  /// - Throws: Any ``ImageError`` about writing, after which nothing can be written.
  public func write(rows: UnsafeBufferPointer<UInt8>) throws(ImageError) {
    let count = rows.count / (width * 3)
    precondition(
      count * width * 3 == rows.count && count <= height - row,
      "\(rows.count) bytes for some of \(height - row) rows of \(width * 3) bytes")
    try check { impasto_writer_write(writer, rows.baseAddress, UInt32(count), &$0) }
    row += count
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
