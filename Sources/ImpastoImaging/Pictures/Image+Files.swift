import CImageCodecs
public import Foundation

extension Image {
  /// The most pixels that a picture to read may have: 256 million, more than any camera takes.
  ///
  /// A header of a few bytes can claim any size; the bound holds before memory is asked for.
  public static let pixelLimit = Int(IMPASTO_PIXEL_LIMIT)

  /// Reads a file of any ``ImageFormat``, whatever its extension.
  ///
  /// Colours are converted to sRGB from what the file states, transparent pixels laid over white, and
  /// the orientation that a camera noted is applied. 16-bit values are rounded to 8 bits last.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - onWarning: Called with each warning, as in ``ImageReader/warnings``.
  /// - Throws: Any ``ImageError`` about reading; it names `path`.
  public init(
    contentsOf path: String, onWarning: (String) -> Void = { _ in }
  ) throws(ImageError) {
    let reader = try ImageReader(contentsOf: path)
    try self.init(reader)
    reader.warnings.forEach(onWarning)
  }

  /// Decodes the bytes of a picture file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: Its name in errors.
  /// - Throws: Any ``ImageError`` about reading, but not of the case ``ImageError/file(_:)``.
  public init(encoded bytes: Data, name: String) throws(ImageError) {
    try self.init(ImageReader(encoded: bytes, name: name))
  }

  /// Reads all rows of a picture of which none has been read.
  ///
  /// - Precondition: The reader does not keep alpha.
  /// - Throws: Any ``ImageError`` about reading.
  public init(_ reader: ImageReader) throws(ImageError) {
    precondition(reader.channels == 3, "a picture of \(reader.channels) channels for one of 3")
    let count = reader.width * reader.height * 3
    let pixels = try [UInt8](unsafeUninitializedCapacity: count) {
      pixels, written throws(ImageError) in
      try reader.read(into: UnsafeMutableBufferPointer(rebasing: pixels[..<count]))
      written = count
    }
    self.init(width: reader.width, height: reader.height, pixels: pixels)
  }

  /// Encodes the picture.
  ///
  /// - Parameters:
  ///   - format: PNG keeps every pixel.
  ///   - quality: Of a JPEG or WebP file, 1 to 100. JPEG keeps colour at full resolution from 90;
  ///     WebP of 100 is without loss.
  /// - Throws: ``ImageError/qualityOutOfRange(_:)``, or `ImageError.cannotEncode` for a side
  ///   longer than 65,500 pixels as JPEG.
  public func encoded(as format: ImageFormat, quality: Int = 95) throws(ImageError) -> Data {
    var file = Data()
    let writer = try ImageWriter(
      as: format, name: "the picture", width: width, height: height, quality: quality,
      hasAlpha: opacity != nil
    ) { file.append(contentsOf: $0) }
    try write(to: writer)
    return file
  }

  /// Writes the picture in the format that the extension of `path` names, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: A name that ends in `.png`, `.jpg`, `.jpeg` or `.webp`; a file of that name is replaced.
  ///   - quality: Of a JPEG or WebP file, 1 to 100.
  ///   - metadata: What else the file is to say.
  /// - Throws: Any ``ImageError`` about writing; a file that was there is then unchanged.
  public func write(
    to path: String, quality: Int = 95, metadata: ImageMetadata = .none
  ) throws(ImageError) {
    try write(
      to: ImageWriter(
        to: path, width: width, height: height, quality: quality, hasAlpha: opacity != nil,
        metadata: metadata))
  }

  private func write(to writer: ImageWriter) throws(ImageError) {
    try writer.write(self)
    try writer.finish()
  }
}
