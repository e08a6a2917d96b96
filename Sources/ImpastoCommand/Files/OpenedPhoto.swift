import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing

/// A photo whose file is open and of which no row is read yet, and the size that it is painted at.
struct OpenedPhoto {
  /// The photo's name in errors.
  let name: String
  let reader: ImageReader
  /// The size that it is painted at.
  let width, height: Int

  /// Takes a photo that is opened.
  ///
  /// - Parameters:
  ///   - size: The longer side that the user asked for.
  ///   - limit: The longer side beyond which the photo is made smaller where nobody asked.
  init(
    _ reader: ImageReader, name: String, size: Int?, limit: Int = .max
  ) throws(CommandError) {
    (self.reader, self.name) = (reader, name)
    let (fileWidth, fileHeight) = (reader.width, reader.height)
    guard let side = size ?? (max(fileWidth, fileHeight) > limit ? limit : nil) else {
      (width, height) = (fileWidth, fileHeight)
      return
    }
    (width, height) = Image.size(width: fileWidth, height: fileHeight, scaledToLongerSide: side)
    let least = TransformArchitecture.minimumExtent
    if min(width, height) < least, min(fileWidth, fileHeight) >= least {
      throw .tooNarrow(
        name, width: fileWidth, height: fileHeight, scaledWidth: width, scaledHeight: height,
        size: size)
    }
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
