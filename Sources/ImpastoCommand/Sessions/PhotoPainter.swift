import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors

/// One photo, read and scaled once, to be painted in many mixtures.
struct PhotoPainter {
  let photo: Image
  private let name: String
  private var stylizer: Stylizer

  /// Reads the photo at `path`.
  ///
  /// - Parameters:
  ///   - size: The longer side that the user asked for.
  ///   - limit: The longer side beyond which the photo is made smaller where nobody asked.
  ///   - held: How many pictures the result and what becomes of it have in memory at most.
  init(
    _ path: String, size: Int?, limit: Int, held: Int, stylizer: Stylizer, memory: MemoryOptions,
    console: Console
  ) throws {
    let opened = try OpenedPhoto(
      ImageReader(contentsOf: path, keepingAlpha: true), name: path, size: size, limit: limit)
    self.stylizer = stylizer
    // The photo, and a picture that is being made of its bands.
    self.stylizer.memory = try memory.tensorBytes(
      for: opened, painting: (4 + held) * opened.pixelBytes, reading: opened.readingBytes,
      tensors: stylizer.minimumMemory(
        width: opened.width, height: opened.height, strokeSize: 1))
    let (picture, _, warnings) = try opened.image()
    (photo, name) = (picture, path)
    warnings.forEach(console.warn)
  }

  /// The type of the activations, for the result.
  var precision: String { stylizer.scalarType.rawValue }

  /// The name of the backend that computes, for the result.
  var backend: String { stylizer.backend.name }

  /// Refuses a result of more pixels than can be read again, or longer than its format can hold.
  ///
  /// - Parameter columns: How many pictures stand side by side.
  func checkResult(_ path: String, pictures: Int, columns: Int) throws(CommandError) {
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

  /// The photo in each of `mixtures`, one after the other, until a signal stops it.
  ///
  /// - Parameters:
  ///   - output: The result, for the error of an interruption.
  ///   - stop: Ends it within a band of rows.
  ///   - body: What becomes of a picture.
  /// - Returns: How long painting took, without `body`.
  func paint(
    _ mixtures: [StyleMixture], output: String, console: Console, until stop: StopSignal,
    _ body: (Image) throws -> Void
  ) throws -> Duration {
    let clock = ContinuousClock()
    var time = Duration.zero
    var bar = ProgressBar(total: mixtures.count, console: console)
    defer { bar.clear() }
    for (index, mixture) in mixtures.enumerated() {
      bar.update(
        index, mixture.parts.count == 1 ? mixture.description : StyleArgument.text(of: mixture))
      let begun = clock.now
      let picture: Image
      do throws(StylizingError) {
        picture = try stylizer.stylize(photo, with: mixture) { _, _ in !stop.isRaised }
      } catch {
        if case .stopped = error { throw stop.interruption(.interrupted(output)) }
        throw CommandError.cannotStylize(name, reason: error.description)
      }
      time += clock.now - begun
      try body(picture)
    }
    return time
  }
}
