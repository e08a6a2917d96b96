import ImpastoCompute
import ImpastoImaging
import ImpastoStylizing

/// A photo to stylise: read in bands of rows, or held as a whole where it has to be scaled.
enum PhotoInput {
  case streamed(StreamedPhoto)
  case whole(Image)

  /// Opens the photo at `path`, or on standard input.
  ///
  /// - Parameters:
  ///   - name: What to call it in errors.
  ///   - size: The longer side that the user asked for.
  ///   - strokeSize: Other than 1 the network sees the photo scaled.
  ///   - threads: Those that read it at once.
  ///   - memory: What may be held of it.
  init(
    _ path: String, name: String, size: Int?, strokeSize: Double, threads: ThreadBudget,
    memory: MemoryOptions
  ) throws {
    let reader =
      path == StandardStream.name
      ? try StandardStream.openPhoto() : try ImageReader(contentsOf: path)
    if size == nil, strokeSize == 1 {
      self = .streamed(StreamedPhoto(reader, threads: threads))
      return
    }
    let photo = try Image(reader, name: name, within: memory)
    self = .whole(try size.map { try photo.scaled(bySize: $0, name: name) } ?? photo)
  }

  var width: Int {
    switch self {
    case .streamed(let photo): photo.width
    case .whole(let photo): photo.width
    }
  }

  var height: Int {
    switch self {
    case .streamed(let photo): photo.height
    case .whole(let photo): photo.height
    }
  }

  /// The bytes that the photo and what is made of it hold, beside tensors.
  var heldBytes: Int {
    switch self {
    case .streamed(let photo): photo.heldBytes
    // Pictures are smaller by far than the tensors made of them; a scaled one and its parts are
    // up to four at a time.
    case .whole(let photo): 4 * photo.pixels.count
    }
  }
}

extension Image {
  /// Reads the whole photo called `name`, unless that alone takes more than is allowed.
  init(_ reader: ImageReader, name: String, within memory: MemoryOptions) throws {
    let budget = memory.budget(besides: reader.heldBytes + 3 * reader.width * reader.height)
    guard budget.others <= budget.total else {
      throw budget.refusal(of: name, width: reader.width, height: reader.height)
    }
    try self.init(reader)
  }
}
