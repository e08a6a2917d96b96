import ImpastoCompute
public import ImpastoImaging
public import ImpastoStylizing

/// The enlargement of one photo within a budget of memory: read, enlarged and handed out by rows.
public struct PhotoEnlargement: PhotoPicture {
  private let name: String
  private let photo: StreamedPhoto
  private let enlarger: Enlarger

  /// Reads a photo as far as it is held while it is enlarged.
  ///
  /// - Parameters:
  ///   - format: That of the result, which decides with `quality` about the memory that writing
  ///     takes.
  /// - Throws: ``SessionError/cannotStylize(_:reason:)`` where the result has too many pixels or takes
  ///   more memory than is allowed; `ImageError` where the photo cannot be read.
  public init(
    _ opened: sending OpenedPhoto, by enlarger: Enlarger, memory: MemoryBudget,
    format: ImageFormat, quality: Int
  ) throws {
    let (width, height) = (enlarger.scale * opened.width, enlarger.scale * opened.height)
    try Self.check(opened.name, width: width, height: height, format)
    let writing = ImageWriter.heldBytes(
      as: format, width: width, height: height, quality: quality,
      hasAlpha: opened.reader.hasAlpha)
    var enlarger = enlarger
    enlarger.memory = try memory.tensorBytes(
      for: opened, painting: PhotoReader.heldBytes(opened.reader) + writing, reading: 0,
      tensors: enlarger.minimumMemory(width: opened.width, height: opened.height))
    (name, self.enlarger) = (opened.name, enlarger)
    photo = StreamedPhoto(try PhotoReader(opened.reader), threads: enlarger.backend.threads)
  }

  /// Refuses a result of more pixels than can be read again, or longer than its format can hold.
  private static func check(
    _ name: String, width: Int, height: Int, _ format: ImageFormat
  ) throws(SessionError) {
    guard width <= Image.pixelLimit / height else {
      throw .cannotStylize(
        name,
        reason: """
          \(width)×\(height) pixels, to which it would be enlarged, are more than the \
          \(Image.pixelLimit / 1_000_000) million of a picture that can be read; choose a smaller scale \
          or a smaller picture
          """)
    }
    guard max(width, height) <= format.sideLimit else {
      throw .cannotStylize(
        name,
        reason: """
          \(width)×\(height) pixels, to which it would be enlarged, do not fit into a \
          \(format.title) file, whose sides have \(format.sideLimit) at most; write .png, or choose a \
          smaller scale
          """)
    }
  }

  public var width: Int { enlarger.scale * photo.width }
  public var height: Int { enlarger.scale * photo.height }
  public var opacity: Opacity? { photo.opacity }
  public var metadata: ImageMetadata { photo.metadata }
  public var warnings: [String] { photo.warnings }

  /// Enlarges the photo, as ``PhotoPicture`` says.
  ///
  /// - Throws: `StylizingError.stopped` where `goesOn` says no, else
  ///   ``SessionError/cannotStylize(_:reason:)``; `ImageError` where the photo cannot be read; what
  ///   `body` throws.
  public func paint(
    while goesOn: @escaping @Sendable () -> Bool = { true },
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    _ body: (_ rows: Image) throws -> Void
  ) throws {
    let resampling = photo.opacity.map { _ in
      Resampling(from: (photo.width, photo.height), to: (width, height))
    }
    var next = 0
    try SessionError.naming(name) {
      try enlarger.enlarge(
        photo,
        progress: {
          progress($0, $1)
          return goesOn()
        }
      ) { levels in
        let rows = next..<next + levels.count / (3 * width)
        let opacity = resampling.flatMap { photo.opacity?.resized($0, rows: rows) }
        next = rows.upperBound
        try body(Image(width: width, height: rows.count, pixels: levels, opacity: opacity))
      }
    }
  }
}
