import CImageCodecs
import Foundation
import ImpastoFiles

/// The rows of a picture file as it stores them but in 8-bit sRGB, from the top as often as asked.
final class RowDecoder {
  /// The columns and rows as they are stored, one or more each.
  let width, height: Int
  /// Indicates whether pixels can be transparent.
  let hasAlpha: Bool
  /// The bytes of a pixel: 3, or 4 with alpha.
  let channels: Int
  /// The orientation of the stored picture.
  let orientation: Orientation
  /// Indicates whether all rows must be read at once.
  let isInterlaced: Bool
  /// The most bytes that reading takes besides the caller's room for rows.
  let heldBytes: Int

  private let name: String
  private let format: ImageFormat
  private let header: impasto_header
  private let file: CodecSource
  private let reader: OpaquePointer

  /// Reads the start of a file.
  ///
  /// - Parameter name: Its name in errors.
  /// - Throws: Any ``ImageError`` about reading.
  init(
    _ source: ByteSource, name: String, transparency: Transparency
  ) throws(ImageError) {
    let start = try Self.start(of: source)
    guard let format = FileSignature.format(of: start) else {
      throw .notAPicture(name: name, found: FileSignature.description(of: start))
    }
    if let library = format.missingLibrary {
      throw .missingLibrary(name: name, format: format, library: library)
    }
    let file = CodecSource(source)
    var header = impasto_header()
    var message = CodecMessage()
    let reader = impasto_reader_open(
      format.codec, file.forCodec, transparency.codec, &header, &message.characters)
    guard let reader else {
      let (area, overflows) = header.width.multipliedReportingOverflow(by: header.height)
      guard !overflows, area <= IMPASTO_PIXEL_LIMIT else {
        throw .tooManyPixels(name: name, width: Int(header.width), height: Int(header.height))
      }
      guard !header.is_unsupported else {
        throw .unsupported(name: name, format: format, reason: message.text)
      }
      throw file.failure ?? message.damage(name, format)
    }
    (self.name, self.format, self.file, self.reader) = (name, format, file, reader)
    self.header = header
    (width, height) = (Int(header.width), Int(header.height))
    hasAlpha = header.has_alpha
    channels = hasAlpha && transparency == .kept ? 4 : 3
    isInterlaced = header.is_interlaced
    // The rows at hand take less than 256 bytes for each of their columns in either library.
    heldBytes = source.heldBytes + Int(header.held) + max(width, height) * 256 + (1 << 18)
    let exif = header.exif.map { Data(bytes: $0, count: header.exif_count) }
    orientation =
      Orientation(rawValue: Int(header.orientation)) ?? exif.map(Orientation.init(tiff:))
      ?? .upright
  }

  /// EXIF as the file has it, a TIFF structure.
  var exif: Data? { header.exif.map { Data(bytes: $0, count: header.exif_count) } }

  /// XMP as the file has it.
  var xmp: Data? { header.xmp.map { Data(bytes: $0, count: header.xmp_count) } }

  /// The size at which the stored picture is meant to be printed.
  var density: ImageMetadata.Density? {
    let (x, y) = header.density
    return x > 0 && y > 0 ? ImageMetadata.Density(x: x, y: y) : nil
  }

  /// The warnings so far, as sentences that name the file.
  var warnings: [String] {
    String(cString: impasto_reader_warnings(reader)).split(separator: "\n").map { "\(name): \($0)" }
  }

  private static func start(of source: ByteSource) throws(ImageError) -> Data {
    var start = [UInt8](repeating: 0, count: 64)
    let count: Int
    do throws(FileError) {
      count = try start.withUnsafeMutableBufferPointer { start throws(FileError) in
        try source.read(into: start)
      }
    } catch {
      throw .file(error)
    }
    source.rewind()
    return Data(start.prefix(count))
  }

  deinit { impasto_reader_close(reader) }

  /// Reads the next rows, as many as there is room for.
  ///
  /// - Precondition: No more than are left, and since an error the decoder has been rewound.
  /// - Throws: ``ImageError/damaged(name:format:reason:)`` or ``ImageError/file(_:)``.
  func read(into rows: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
    var message = CodecMessage()
    let count = UInt32(rows.count / (width * channels))
    let isRead = impasto_reader_read(reader, rows.baseAddress, count, &message.characters)
    if let failure = file.failure { throw failure }
    guard isRead else { throw message.damage(name, format) }
  }

  /// Goes back to the first row.
  func rewind() { impasto_reader_rewind(reader) }
}

extension CodecMessage {
  fileprivate func damage(_ name: String, _ format: ImageFormat) -> ImageError {
    .damaged(name: name, format: format, reason: text)
  }
}
