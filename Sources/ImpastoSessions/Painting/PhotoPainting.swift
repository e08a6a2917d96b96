import ImpastoCompute
public import ImpastoImaging
import ImpastoNetworks
public import ImpastoStylizing

/// The painting of one photo within a budget of memory: read, painted and handed out by rows.
///
/// The photo is read in bands of rows while it is painted, or as a whole where it has to be scaled.
///
/// ```swift
/// let opened = try OpenedPhoto(
///   ImageReader(contentsOf: "photo.jpg", keepingAlpha: true), name: "photo.jpg", size: 640)
/// let painting = try PhotoPainting(
///   opened, with: PaintingSettings(mixture: StyleMixture("great-wave")), stylizer: stylizer,
///   memory: MemoryBudget(bytes: 500_000_000), format: .png, quality: 95)
/// let writer = try ImageWriter(
///   to: "wave.png", width: painting.width, height: painting.height,
///   hasAlpha: painting.opacity != nil, metadata: .none)
/// try painting.paint { rows in try writer.write(rows) }
/// try writer.finish()
/// ```
public struct PhotoPainting {
  private let name: String
  private let photo: PhotoInput
  private let settings: PaintingSettings
  private let stylizer: Stylizer

  /// Reads a photo as far as it is held while it is painted.
  ///
  /// - Parameters:
  ///   - format: That of the result, which decides with `quality` about the memory that writing
  ///     takes.
  /// - Throws: ``SessionError/outOfRange(setting:value:expected:)`` of the stroke size;
  ///   ``SessionError/cannotStylize(_:reason:)`` where it takes more memory than is allowed;
  ///   `ImageError` where the photo cannot be read.
  public init(
    _ opened: sending OpenedPhoto, with settings: PaintingSettings, stylizer: Stylizer,
    memory: MemoryBudget, format: ImageFormat, quality: Int
  ) throws {
    try PaintingSettings.check(strokeSize: settings.strokeSize)
    let holding = PhotoInput.Holding(
      opened,
      others: stylizer.heldBytes(
        width: opened.width, height: opened.height, strokeSize: settings.strokeSize))
    let others = Self.otherBytes(
      width: opened.width, height: opened.height, hasAlpha: opened.reader.hasAlpha,
      regions: settings.regions.count, format: format, quality: quality)
    var stylizer = stylizer
    stylizer.memory = try memory.tensorBytes(
      for: opened, painting: holding.paintingBytes + others, reading: holding.readingBytes,
      tensors: stylizer.minimumMemory(
        width: opened.width, height: opened.height, strokeSize: settings.strokeSize))
    (name, self.settings, self.stylizer) = (opened.name, settings, stylizer)
    photo = try PhotoInput(opened, holding, threads: stylizer.backend.threads)
  }

  /// Takes a photo that is held.
  ///
  /// - Parameters:
  ///   - format: That of the result, as for a photo that is read.
  /// - Throws: ``SessionError/outOfRange(setting:value:expected:)`` of the stroke size;
  ///   ``SessionError/cannotStylize(_:reason:)`` where it takes more memory than is allowed.
  public init(
    _ held: HeldPhoto, with settings: PaintingSettings, stylizer: Stylizer,
    memory: MemoryBudget, format: ImageFormat, quality: Int
  ) throws(SessionError) {
    try PaintingSettings.check(strokeSize: settings.strokeSize)
    let (width, height) = (held.picture.width, held.picture.height)
    let others = Self.otherBytes(
      width: width, height: height, hasAlpha: held.picture.opacity != nil,
      regions: settings.regions.count, format: format, quality: quality)
    var stylizer = stylizer
    // The photo is held already; a picture is being made of its bands.
    stylizer.memory = try memory.tensorBytes(
      for: held,
      painting: held.bytes + others
        + stylizer.heldBytes(width: width, height: height, strokeSize: settings.strokeSize),
      tensors: stylizer.minimumMemory(
        width: width, height: height, strokeSize: settings.strokeSize))
    (name, self.settings, self.stylizer) = (held.name, settings, stylizer)
    photo = .whole(held.picture, held.metadata, warnings: held.warnings)
  }

  /// The bytes that the places of regions and the writing of the result take.
  private static func otherBytes(
    width: Int, height: Int, hasAlpha: Bool, regions: Int, format: ImageFormat, quality: Int
  ) -> Int {
    MixtureMap.bytes(pixels: width * height, regions: regions)
      + ImageWriter.heldBytes(
        as: format, width: width, height: height, quality: quality, hasAlpha: hasAlpha)
  }

  /// The width of the picture in pixels.
  public var width: Int { photo.width }
  /// The height of the picture in pixels.
  public var height: Int { photo.height }
  /// The opacity of the picture's pixels; nil where all are opaque.
  public var opacity: Opacity? { photo.opacity }
  /// The metadata of the photo's file.
  public var metadata: ImageMetadata { photo.metadata }
  /// The warnings about the photo so far, as sentences that name the file.
  public var warnings: [String] { photo.warnings }

  /// Paints the picture.
  ///
  /// - Parameters:
  ///   - goesOn: Asked from any thread, several times a second, whether to go on.
  ///   - progress: Called from any thread with the work done and the total.
  ///   - body: Gets the picture's rows from the top, some of them at a time.
  /// - Throws: `StylizingError.stopped` where `goesOn` says no, and
  ///   `StylizingError.invisibleRegion`; else ``SessionError/cannotStylize(_:reason:)``; `ImageError`
  ///   where the photo cannot be read; what `body` throws.
  public func paint(
    while goesOn: @escaping @Sendable () -> Bool = { true },
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    _ body: (_ rows: Image) throws -> Void
  ) throws {
    let progress: Stylizer.Progress = {
      progress($0, $1)
      return goesOn()
    }
    try SessionError.naming(name) {
      switch photo {
      case .whole(let image, _, _): try body(picture(of: image, progress))
      case .streamed(let rows): try paint(rows, progress, body)
      }
    }
  }

  private func picture(
    of image: Image, _ progress: @escaping Stylizer.Progress
  ) throws(StylizingError) -> Image {
    let picture = try stylizer.stylize(
      image, with: settings.mixture, regions: settings.regions, strokeSize: settings.strokeSize,
      progress: progress)
    return settings.colored(picture, of: image)
  }

  private func paint(
    _ photo: StreamedPhoto, _ progress: @escaping Stylizer.Progress, _ body: (Image) throws -> Void
  ) throws {
    var next = 0
    try stylizer.stylize(
      photo, with: settings.mixture, regions: settings.regions, strokeSize: settings.strokeSize,
      progress: progress
    ) {
      let count = $0.count / (3 * photo.width)
      let rows = next..<next + count
      let picture = try settings.colored(
        Image(width: photo.width, height: count, pixels: $0, opacity: photo.opacity?.rows(rows)),
        of: Image(width: photo.width, height: count, pixels: try photo.levels(ofRows: rows)))
      next += count
      try body(picture)
    }
  }
}
