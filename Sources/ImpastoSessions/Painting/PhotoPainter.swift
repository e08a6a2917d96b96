public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoStylizing

/// One photo, read and scaled once, to be painted in many mixtures.
public struct PhotoPainter: Sendable {
  /// The photo at the size that it is painted at.
  public let photo: Image
  /// The warnings about the photo, as sentences that name the file.
  public let warnings: [String]
  /// The network with the memory that it may take.
  public let stylizer: Stylizer
  private let name: String

  /// Reads the photo at `path`.
  ///
  /// - Parameters:
  ///   - size: The longer side that was asked for, in pixels.
  ///   - limit: The longer side beyond which the photo is made smaller where no size was asked for.
  ///   - held: How many pictures the result and what becomes of it have in memory at most.
  /// - Throws: ``SessionError``, or `ImageError` where the photo cannot be read.
  public init(
    _ path: String, size: Int?, limit: Int, held: Int, stylizer: Stylizer, memory: MemoryBudget
  ) throws {
    let opened = try OpenedPhoto(
      ImageReader(contentsOf: path, keepingAlpha: true), name: path, size: size, limit: limit)
    var stylizer = stylizer
    // The photo, and a picture that is being made of its bands.
    stylizer.memory = try memory.tensorBytes(
      for: opened,
      painting: (4 + held) * opened.pixelBytes
        + stylizer.heldBytes(width: opened.width, height: opened.height, strokeSize: 1),
      reading: opened.readingBytes,
      tensors: stylizer.minimumMemory(
        width: opened.width, height: opened.height, strokeSize: 1))
    self.stylizer = stylizer
    let (picture, _, warnings) = try opened.image()
    (photo, name, self.warnings) = (picture, path, warnings)
  }

  /// Refuses a result of more pixels than can be read again, or longer than its format can hold.
  ///
  /// - Parameter columns: How many pictures stand side by side.
  /// - Throws: ``SessionError/tooManyPixels(_:pictures:width:height:)`` and
  ///   ``SessionError/tooLong(_:side:limit:)``.
  public func checkResult(_ path: String, pictures: Int, columns: Int) throws(SessionError) {
    let (width, height) = (photo.width, photo.height)
    guard pictures * width * height <= Image.pixelLimit else {
      throw .tooManyPixels(path, pictures: pictures, width: width, height: height)
    }
    // A page has its pictures one by one.
    guard let format = try? ImageFormat(ofOutput: path) else { return }
    let side = max(columns * width, (pictures + columns - 1) / columns * height)
    guard side <= format.sideLimit else {
      throw .tooLong(path, side: side, limit: format.sideLimit)
    }
  }

  /// Paints the photo in each of `mixtures`, one after the other.
  ///
  /// - Parameters:
  ///   - goesOn: Asked from any thread within a picture, several times a second, whether to go on.
  ///   - begin: Called before each picture with its place.
  ///   - body: Gets each picture.
  /// - Returns: The time that painting took, without `body`.
  /// - Throws: `StylizingError.stopped` where `goesOn` says no, else
  ///   ``SessionError/cannotStylize(_:reason:)``; what `body` throws.
  public func paint(
    _ mixtures: [StyleMixture], while goesOn: @escaping @Sendable () -> Bool = { true },
    begin: (_ index: Int) -> Void = { _ in }, _ body: (Image) throws -> Void
  ) throws -> Duration {
    let clock = ContinuousClock()
    var time = Duration.zero
    for (index, mixture) in mixtures.enumerated() {
      begin(index)
      let begun = clock.now
      let picture: Image
      do throws(StylizingError) {
        picture = try stylizer.stylize(photo, with: mixture) { _, _ in goesOn() }
      } catch {
        if case .stopped = error { throw error }
        throw SessionError.cannotStylize(name, reason: error.description)
      }
      time += clock.now - begun
      try body(picture)
    }
    return time
  }
}
