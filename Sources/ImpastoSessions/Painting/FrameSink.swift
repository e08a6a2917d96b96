public import ImpastoImaging

/// A receiver of one frame after the other; nothing remains of it unless it is finished.
public protocol FrameSink: AnyObject {
  /// Takes the next frame, which is as large as all others.
  func append(_ frame: Image) throws
  /// Completes the output.
  func finish() throws
}

/// Frames as an animated GIF.
final class AnimationSink: FrameSink {
  private let writer: AnimationWriter
  private let speed: Int
  private var count = 0

  init(writer: AnimationWriter, speed: Int) { (self.writer, self.speed) = (writer, speed) }

  /// Shows the frame until the hundredth of a second that is nearest to its end, so that few speeds
  /// are whole hundredths a frame, but all are kept.
  func append(_ frame: Image) throws {
    func end(_ frames: Int) -> Int { (100 * frames + speed / 2) / speed }
    try writer.append(frame.laidOnWhite, delay: end(count + 1) - end(count))
    count += 1
  }

  func finish() throws { try writer.finish() }
}

/// Frames side by side in one picture.
final class StripSink: FrameSink {
  private let path: String
  private let quality: Int
  private var strip: Image
  private var left = 0

  init(_ path: String, like frame: Image, count: Int, quality: Int) {
    self.path = path
    self.quality = quality
    strip = Image(width: frame.width * count, height: frame.height, level: 0)
    if frame.opacity != nil { strip.opacity = .transparent(like: strip) }
  }

  func append(_ frame: Image) {
    strip.paste(frame, x: left, y: 0)
    left += frame.width
  }

  func finish() throws { try strip.write(to: path, quality: quality) }
}
