import ImpastoCompute
import ImpastoImaging
import ImpastoStylizing

/// A photo to stylise: read in bands of rows, or held as a whole where it has to be scaled.
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

    /// - Parameter strokeSize: Other than 1 the network sees the photo scaled.
    init(_ photo: OpenedPhoto, strokeSize: Double) {
      isWhole = photo.isScaled || strokeSize != 1
      readingBytes = isWhole ? photo.readingBytes : 0
      guard isWhole else {
        paintingBytes = PhotoReader.heldBytes(photo.reader)
        return
      }
      let seen = Stylizer.workingSize(
        width: photo.width, height: photo.height, strokeSize: strokeSize)
      // The photo, what the network sees and paints, that at the photo's size and in its colours; for
      // the detail of large strokes two pictures more, and three with numbers of four bytes.
      let pictures = strokeSize > 1 ? 3 + 2 + 3 * 4 : 3
      paintingBytes = pictures * photo.pixelBytes + 2 * 3 * seen.width * seen.height
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
