import ImpastoCompute
import ImpastoImaging
import ImpastoStylizing

/// A photo to stylise: read in bands of rows, or held as a whole where the user asked for a size.
enum PhotoInput {
  case streamed(StreamedPhoto)
  case whole(Image, ImageMetadata, warnings: [String])

  /// The way in which a photo is held in memory.
  struct Holding {
    let isWhole: Bool
    /// The bytes that the photo and what is made of it take while it is painted, beside tensors.
    let paintingBytes: Int
    /// The bytes that it takes before that.
    let readingBytes: Int

    /// - Parameter others: The bytes of smaller and larger pictures of the photo that painting
    ///   takes.
    init(_ photo: OpenedPhoto, others: Int) {
      isWhole = photo.isScaled
      readingBytes = isWhole ? photo.readingBytes : 0
      // The photo, and a picture that is being made of its bands.
      let own = isWhole ? 2 * photo.pixelBytes : PhotoReader.heldBytes(photo.reader)
      paintingBytes = own + others
    }
  }

  /// Reads a photo as far as it is held.
  ///
  /// - Parameter threads: Those that read it at once.
  init(
    _ photo: sending OpenedPhoto, _ holding: Holding, threads: ThreadBudget
  ) throws(ImageError) {
    if holding.isWhole {
      let (picture, metadata, warnings) = try photo.image()
      self = .whole(picture, metadata, warnings: warnings)
    } else {
      self = .streamed(StreamedPhoto(try PhotoReader(photo.reader), threads: threads))
    }
  }

  var width: Int {
    switch self {
    case .streamed(let photo): photo.width
    case .whole(let photo, _, _): photo.width
    }
  }

  var height: Int {
    switch self {
    case .streamed(let photo): photo.height
    case .whole(let photo, _, _): photo.height
    }
  }

  /// The opacity of its pixels; nil where all are opaque.
  var opacity: Opacity? {
    switch self {
    case .streamed(let photo): photo.opacity
    case .whole(let photo, _, _): photo.opacity
    }
  }

  /// The metadata of its file.
  var metadata: ImageMetadata {
    switch self {
    case .streamed(let photo): photo.metadata
    case .whole(_, let metadata, _): metadata
    }
  }
  /// The warnings so far, as sentences that name the file.
  var warnings: [String] {
    switch self {
    case .streamed(let photo): photo.warnings
    case .whole(_, _, let warnings): warnings
    }
  }
}
