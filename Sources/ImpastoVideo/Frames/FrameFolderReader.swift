public import ImpastoImaging

/// Reads the pictures of a folder, in the order of their names, as the frames of a film.
public final class FrameFolderReader: VideoSource {
  public let format: FrameFormat
  /// The number of frames.
  public let count: Int
  private let paths: [String]
  private var first: Image?
  private var index = 0

  /// Begins to read the pictures of a folder; all are scaled to the size of the first.
  ///
  /// - Parameters:
  ///   - speed: Frames a second.
  ///   - longerSide: The longer side of a frame; nil as the first picture has it.
  /// - Throws: ``VideoError/image(_:)``, ``VideoError/noFrames(_:reason:)``.
  public init(_ folder: ImageFolder, speed: Rational, longerSide: Int?) throws(VideoError) {
    paths = folder.pictures.map { folder.path(of: $0.name) }
    count = paths.count
    guard let path = paths.first else {
      throw .noFrames(folder.path, reason: "the folder has no pictures")
    }
    let first = try Self.read(path)
    let frame = longerSide.map(first.scaled(longerSide:)) ?? first
    self.first = frame
    format = FrameFormat(
      width: frame.width, height: frame.height,
      timeBase: Rational(speed.denominator, speed.numerator))
  }

  public func next() throws(VideoError) -> VideoFrame? {
    guard index < count else { return nil }
    defer { index += 1 }
    let image: Image
    if let first { image = first } else { image = try Self.read(paths[index]) }
    first = nil
    return VideoFrame(
      image: image.resized(width: format.width, height: format.height), time: index)
  }

  public var interruption: @Sendable () -> Void { {} }

  private static func read(_ path: String) throws(VideoError) -> Image {
    do throws(ImageError) {
      return try Image(contentsOf: path)
    } catch {
      throw .image(error)
    }
  }
}
