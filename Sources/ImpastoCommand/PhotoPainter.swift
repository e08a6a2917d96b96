import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors

/// One photo, read and scaled once, to be painted in many mixtures.
struct PhotoPainter {
  let photo: Image
  private let name: String
  private let stylizer: Stylizer
  private let memory: MemoryOptions
  // From the beginning: an output that has been opened must be taken back.
  private let stop = StopSignal()

  /// Reads the photo at `path`.
  ///
  /// - Parameters:
  ///   - size: The longer side that the user asked for.
  ///   - limit: The longer side beyond which the photo is made smaller where nobody asked.
  init(
    _ path: String, size: Int?, limit: Int, stylizer: Stylizer, memory: MemoryOptions
  ) throws {
    var photo = try Image(ImageReader(contentsOf: path), name: path, within: memory)
    if let size {
      photo = try photo.scaled(bySize: size, name: path)
    } else if max(photo.width, photo.height) > limit {
      photo = try photo.scaled(bySize: limit, name: path)
    }
    (self.photo, name, self.stylizer, self.memory) = (photo, path, stylizer, memory)
  }

  /// The type of the activations, for the result.
  var precision: String { stylizer.scalarType.rawValue }

  /// Who computes, for the result.
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
    guard let format = try? ImageFormat(pathExtension: path) else { return }
    let side = max(columns * width, (pictures + columns - 1) / columns * height)
    guard side <= format.sideLimit else {
      throw .tooLong(path, side: side, limit: format.sideLimit)
    }
  }

  /// The photo in each of `mixtures`, one after the other, as far as the user lets it go.
  ///
  /// - Parameters:
  ///   - output: The result, for the error of an interruption.
  ///   - held: How many pictures `body` and the result have in memory at most.
  ///   - body: What becomes of a picture.
  /// - Returns: How long painting took, without `body`.
  func paint(
    _ mixtures: [StyleMixture], output: String, held: Int, console: Console,
    _ body: (Image) throws -> Void
  ) throws -> Duration {
    // The photo, and a picture that is being made of its bands.
    let budget = memory.budget(besides: (3 + held) * photo.pixels.count)
    var stylizer = stylizer
    stylizer.memory = budget.tensors
    let clock = ContinuousClock()
    var time = Duration.zero
    var bar = ProgressBar(total: mixtures.count, console: console)
    defer { bar.clear() }
    for (index, mixture) in mixtures.enumerated() {
      if stop.isRaised { throw CommandError.interrupted(output) }
      bar.update(
        index, mixture.parts.count == 1 ? mixture.description : StyleArgument.text(of: mixture))
      let begun = clock.now
      let picture: Image
      do throws(StylizingError) {
        picture = try stylizer.stylize(photo, with: mixture)
      } catch {
        throw budget.refusal(of: name, error)
      }
      time += clock.now - begun
      try body(picture)
    }
    return time
  }
}
