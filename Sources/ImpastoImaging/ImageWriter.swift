import CImageCodecs
import Foundation
public import ImpastoFiles

/// Writes a PNG or JPEG picture row by row, so that it need not lie in memory.
///
/// ```swift
/// let painting = try ImageWriter(to: "painting.png", width: 11_600, height: 8_700)
/// for band in bands { try band.withUnsafeBufferPointer(painting.write) }
/// try painting.finish()
/// ```
///
/// The bytes are those that ``Image/write(to:quality:)`` writes.
public final class ImageWriter {
  private let name: String
  private let format: ImageFormat
  private let width: Int
  private let height: Int
  private let sink: (UnsafeRawBufferPointer) throws(FileError) -> Void
  private let commit: () throws(FileError) -> Void
  private let writer: OpaquePointer
  private var row = 0

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
    let writer = try Self.encoder(format, path, width, height, quality)
    let draft: AtomicFile.Draft
    do {
      draft = try AtomicFile.Draft(path)
    } catch {
      impasto_writer_close(writer)
      throw .file(error)
    }
    self.init(
      writer, format, path, width, height,
      sink: { bytes throws(FileError) in try draft.append(bytes) },
      commit: { () throws(FileError) in try draft.commit() })
  }

  /// Begins a file whose bytes go wherever the caller sends them.
  ///
  /// - Parameters:
  ///   - format: PNG keeps every pixel.
  ///   - name: What to call the file in errors.
  ///   - width: The number of columns, one or more.
  ///   - height: The number of rows, one or more.
  ///   - quality: Of a JPEG file, 1 to 100; colour is kept at full resolution from 90.
  ///   - sink: Takes the next bytes of the file.
  /// - Throws: Any ``ImageError`` about writing.
  public convenience init(
    as format: ImageFormat, name: String, width: Int, height: Int, quality: Int = 95,
    sink: @escaping (UnsafeRawBufferPointer) throws(FileError) -> Void
  ) throws(ImageError) {
    let writer = try Self.encoder(format, name, width, height, quality)
    self.init(writer, format, name, width, height, sink: sink, commit: {})
  }

  private init(
    _ writer: OpaquePointer, _ format: ImageFormat, _ name: String, _ width: Int, _ height: Int,
    sink: @escaping (UnsafeRawBufferPointer) throws(FileError) -> Void,
    commit: @escaping () throws(FileError) -> Void
  ) {
    (self.writer, self.format, self.name, self.width, self.height) =
      (writer, format, name, width, height)
    (self.sink, self.commit) = (sink, commit)
  }

  deinit { impasto_writer_close(writer) }

  private static func encoder(
    _ format: ImageFormat, _ name: String, _ width: Int, _ height: Int, _ quality: Int
  ) throws(ImageError) -> OpaquePointer {
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
      format == .png ? IMPASTO_PNG : IMPASTO_JPEG, columns, rows, Int32(quality),
      &message.characters)
    guard let writer else { throw failure(message.text) }
    return writer
  }

  /// Writes the next rows: red, green and blue of each pixel, three bytes.
  ///
  /// - Parameter rows: Whole rows, no more than are left.
  /// - Throws: Any ``ImageError`` about writing.
  public func write(rows: UnsafeBufferPointer<UInt8>) throws(ImageError) {
    let stride = width * 3
    let count = rows.count / stride
    precondition(
      count * stride == rows.count && count <= height - row,
      "\(rows.count) bytes for some of \(height - row) rows of \(stride) bytes")
    // What is encoded is not to pile up.
    let most = max(1, (1 << 20) / stride)
    for start in Swift.stride(from: 0, to: count, by: most) {
      let part = rows[(start * stride)..<(min(start + most, count) * stride)]
      let rows = UnsafeBufferPointer(rebasing: part)
      var message = CodecMessage()
      guard
        impasto_writer_write(
          writer, rows.baseAddress, UInt32(rows.count / stride), &message.characters)
      else { throw failure(message) }
      try save()
    }
    row += count
  }

  /// Completes the file, and puts it in its place if it has one; nothing may be written afterwards.
  ///
  /// - Precondition: All rows have been written.
  /// - Throws: Any ``ImageError`` about writing.
  public func finish() throws(ImageError) {
    precondition(row == height, "\(height - row) rows are missing")
    var message = CodecMessage()
    guard impasto_writer_end(writer, &message.characters) else { throw failure(message) }
    try save()
    do { try commit() } catch { throw .file(error) }
  }

  /// Hands on what has been encoded.
  private func save() throws(ImageError) {
    var count = 0
    let bytes = UnsafeRawBufferPointer(start: impasto_writer_take(writer, &count), count: count)
    do { try sink(bytes) } catch { throw .file(error) }
  }

  private func failure(_ message: CodecMessage) -> ImageError {
    .cannotEncode(name: name, format: format, width: width, height: height, reason: message.text)
  }
}
