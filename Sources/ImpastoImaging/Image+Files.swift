import CImageCodecs
public import Foundation
import ImpastoFiles

extension Image {
  /// The most pixels that a picture to read may have: 256 million, more than any camera takes.
  ///
  /// A header of a few bytes can claim any size; the bound holds before memory is asked for.
  public static let pixelLimit = 256_000_000

  /// Reads a PNG or JPEG file, whatever its extension.
  ///
  /// Transparent pixels are laid over white, and the orientation that a camera noted is applied.
  /// Colour profiles and gamma are ignored, 16-bit values rounded to 8 bits.
  ///
  /// - Throws: Any ``ImageError`` about reading; it names `path`.
  public init(contentsOf path: String) throws(ImageError) {
    try self.init(contentsOf: path, over: .white)
  }

  /// What shows through transparent pixels.
  enum Background: UInt8 {
    case black = 0
    case white = 255
  }

  init(contentsOf path: String, over background: Background) throws(ImageError) {
    let file: Data
    do { file = try FileContents.read(path) } catch { throw .file(error) }
    try self.init(encoded: file, name: path, over: background)
  }

  /// Decodes the bytes of a PNG or JPEG file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: What to call it in errors.
  /// - Throws: Any ``ImageError`` about reading, but not of the case ``ImageError/file(_:)``.
  public init(encoded bytes: Data, name: String) throws(ImageError) {
    try self.init(encoded: bytes, name: name, over: .white)
  }

  private init(
    encoded bytes: Data, name: String, over background: Background
  ) throws(ImageError) {
    guard let format = FileSignature.format(of: bytes) else {
      throw .notAPicture(name: name, found: FileSignature.description(of: bytes))
    }
    let result = bytes.withUnsafeBytes { bytes in
      Self.decoded(bytes.bindMemory(to: UInt8.self), format, name, background)
    }
    let stored = try result.get()
    self = format == .jpeg ? stored.oriented(Orientation(jpeg: bytes)) : stored
  }

  private static func decoded(
    _ file: UnsafeBufferPointer<UInt8>, _ format: ImageFormat, _ name: String,
    _ background: Background
  ) -> Result<Image, ImageError> {
    var message = CodecMessage()
    var (width, height) = (UInt32(0), UInt32(0))
    let readSize = format == .png ? impasto_png_size : impasto_jpeg_size
    guard readSize(file.baseAddress, file.count, &width, &height, &message.characters) else {
      return .failure(.damaged(name: name, format: format, reason: message.text))
    }
    guard width > 0, height > 0 else {
      return .failure(.damaged(name: name, format: format, reason: "a picture of no pixels"))
    }
    let (area, overflows) = Int(width).multipliedReportingOverflow(by: Int(height))
    guard !overflows, area <= pixelLimit else {
      return .failure(.tooManyPixels(name: name, width: Int(width), height: Int(height)))
    }

    var isWhole = false
    let pixels = [UInt8](unsafeUninitializedCapacity: area * 3) { pixels, count in
      isWhole =
        switch format {
        case .png:
          impasto_png_decode(
            file.baseAddress, file.count, width, height, background.rawValue, pixels.baseAddress,
            &message.characters)
        case .jpeg:
          impasto_jpeg_decode(
            file.baseAddress, file.count, width, height, pixels.baseAddress, &message.characters)
        }
      count = isWhole ? area * 3 : 0
    }
    guard isWhole else {
      return .failure(.damaged(name: name, format: format, reason: message.text))
    }
    return .success(Image(width: Int(width), height: Int(height), pixels: pixels))
  }

  /// Encodes the picture.
  ///
  /// - Parameters:
  ///   - format: PNG keeps every pixel.
  ///   - quality: Of a JPEG file, 1 to 100; colour is kept at full resolution from 90.
  /// - Throws: ``ImageError/qualityOutOfRange(_:)``, or `ImageError.cannotEncode` for a side
  ///   longer than 65,500 pixels as JPEG.
  public func encoded(as format: ImageFormat, quality: Int = 95) throws(ImageError) -> Data {
    try encoded(as: format, quality: quality, name: "the picture")
  }

  private func encoded(
    as format: ImageFormat, quality: Int, name: String
  ) throws(ImageError) -> Data {
    guard (1...100).contains(quality) else { throw .qualityOutOfRange(quality) }
    func failure(_ reason: String) -> ImageError {
      .cannotEncode(name: name, format: format, width: width, height: height, reason: reason)
    }
    guard let columns = UInt32(exactly: width), let rows = UInt32(exactly: height) else {
      throw failure("a side is too long")
    }

    var message = CodecMessage()
    var file: UnsafeMutablePointer<UInt8>?
    var count = 0
    let isWhole =
      switch format {
      case .png:
        impasto_png_encode(pixels, columns, rows, &file, &count, &message.characters)
      case .jpeg:
        impasto_jpeg_encode(
          pixels, columns, rows, Int32(quality), &file, &count, &message.characters)
      }
    guard isWhole, let file else { throw failure(message.text) }
    return Data(bytesNoCopy: file, count: count, deallocator: .free)
  }

  /// Writes the picture in the format that the extension of `path` names, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: A name that ends in `.png`, `.jpg` or `.jpeg`; a file of that name is replaced.
  ///   - quality: Of a JPEG file, 1 to 100.
  /// - Throws: Any ``ImageError`` about writing; a file that was there is then unchanged.
  public func write(to path: String, quality: Int = 95) throws(ImageError) {
    let format = try ImageFormat(pathExtension: path)
    let file = try encoded(as: format, quality: quality, name: path)
    do { try AtomicFile.write(file, to: path) } catch { throw .file(error) }
  }
}
