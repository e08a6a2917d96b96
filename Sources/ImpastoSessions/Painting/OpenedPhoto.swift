public import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing

/// A photo whose file is open and of which no row is read yet, and the size that it is painted at.
public struct OpenedPhoto {
  /// The longer sides that can be asked for, in pixels.
  public static let sizes = 16...16384

  /// The photo's name in errors.
  public let name: String
  /// Indicates whether the photo is scaled because that was asked for.
  let isScaled: Bool
  let reader: ImageReader
  /// The width in pixels that it is painted at.
  public let width: Int
  /// The height in pixels that it is painted at.
  public let height: Int

  /// Refuses a size that no photo can be scaled to.
  ///
  /// - Throws: ``SessionError/outOfRange(setting:value:expected:)``.
  public static func check(size: Int?) throws(SessionError) {
    try SessionError.check("size", size, sizes)
  }

  /// Takes a photo that is opened.
  ///
  /// - Parameters:
  ///   - reader: One that keeps the opacity of pixels.
  ///   - size: The longer side that was asked for, in pixels, within ``sizes``.
  ///   - limit: The longer side beyond which the photo is made smaller where no size was asked for.
  /// - Throws: ``SessionError/outOfRange(setting:value:expected:)``;
  ///   ``SessionError/tooNarrow(_:width:height:scaledWidth:scaledHeight:size:)``;
  ///   ``SessionError/cannotStylize(_:reason:)`` where the file's own picture is too small.
  public init(
    _ reader: ImageReader, name: String, size: Int?, limit: Int = .max
  ) throws(SessionError) {
    try Self.check(size: size)
    (self.reader, self.name, isScaled) = (reader, name, size != nil)
    let (fileWidth, fileHeight) = (reader.width, reader.height)
    guard let side = size ?? (max(fileWidth, fileHeight) > limit ? limit : nil) else {
      (width, height) = (fileWidth, fileHeight)
      return
    }
    (width, height) = Image.size(width: fileWidth, height: fileHeight, scaledToLongerSide: side)
    let least = TransformArchitecture.minimumExtent
    guard min(width, height) < least else { return }
    guard min(fileWidth, fileHeight) >= least else {
      let error = StylizingError.tooSmall(width: fileWidth, height: fileHeight, minimum: least)
      throw .cannotStylize(name, reason: error.description)
    }
    throw .tooNarrow(
      name, width: fileWidth, height: fileHeight, scaledWidth: width, scaledHeight: height,
      size: size)
  }

  /// The bytes of its pixels at the size that it is painted at.
  var pixelBytes: Int { reader.channels * width * height }

  /// The bytes that it takes to read it as a whole and to scale it.
  var readingBytes: Int {
    PhotoReader.heldBytes(reader) + reader.channels * reader.width * reader.height + pixelBytes
  }

  /// Reads it as a whole, at the size that it is painted at, what its file says besides, and what
  /// did not prevent reading.
  func image() throws(ImageError) -> (
    picture: Image, metadata: ImageMetadata, warnings: [String]
  ) {
    let photo = try PhotoReader(reader)
    let picture = try Image(photo).resized(width: width, height: height)
    return (picture, photo.metadata, photo.warnings)
  }
}
