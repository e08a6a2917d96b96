import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging

/// The destination of the frames of an interpolation, as the name of the output says.
enum FrameOutput {
  /// An animated GIF.
  case animation
  /// One picture with all frames in a row.
  case strip
  /// A folder with a PNG file for each frame.
  case folder

  /// Chooses by the extension; what has none is a folder.
  init(_ path: String) throws(ValidationError) {
    if path == "-" {
      throw ValidationError(
        """
        --output -: frames are not written to standard output; name a file in \
        \(ImageFormat.writtenExtensions(besides: [".gif"])), or a folder
        """)
    }
    let pathExtension = (path as NSString).pathExtension.lowercased()
    if path.hasSuffix("/") || Folder.exists(path) || pathExtension.isEmpty {
      self = .folder
    } else if pathExtension == "gif" {
      self = .animation
    } else if ImageFormat.isWritten(to: path) {
      self = .strip
    } else {
      throw ValidationError(
        """
        --output \(path): the extension does not name a format to write; end the name in \
        \(ImageFormat.writtenExtensions(besides: [".gif"])), or in / for a folder of frames
        """)
    }
  }

  /// The format of the pictures in the output at `path`, which an animation has none of.
  func format(_ path: String) -> ImageFormat? {
    switch self {
    case .animation: nil
    case .strip: try? ImageFormat(ofOutput: path)
    case .folder: .png
    }
  }

  /// Begins the output.
  ///
  /// - Parameters:
  ///   - frame: A picture of the size of all frames.
  ///   - count: How many frames there will be.
  ///   - speed: Frames per second of an animation.
  ///   - isLoop: Whether an animation begins again.
  func open(
    _ path: String, like frame: Image, count: Int, speed: Int, isLoop: Bool, quality: Int
  ) throws -> any FrameSink {
    switch self {
    case .animation:
      AnimationSink(
        writer: try AnimationWriter(
          to: path, width: frame.width, height: frame.height, plays: isLoop ? 0 : 1),
        speed: speed)
    case .strip: StripSink(path, like: frame, count: count, quality: quality)
    case .folder: try FrameFolder(path)
    }
  }
}

/// A receiver of one frame after the other; nothing remains of it unless it is finished.
protocol FrameSink: AnyObject {
  func append(_ frame: Image) throws
  func finish() throws
}

private final class AnimationSink: FrameSink {
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

private final class StripSink: FrameSink {
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

private final class FrameFolder: FrameSink {
  private let path: String
  private let isNew: Bool
  /// Tells others, and the next to write here after a process that was killed, that frames are
  /// missing.
  private let lock: ProcessLock
  private var written: [String] = []
  private var isFinished = false

  /// Begins frames in the folder at `path`, which is made if missing and may hold none yet: old
  /// ones would get mixed with the new.
  ///
  /// Those that a process has left that was killed are removed.
  init(_ path: String) throws {
    isNew = !Folder.exists(path)
    self.path = path
    try Directory.make(path)
    try Folder.checkWritable(path.appendingPath("frame-0001.png"))
    lock = try ProcessLock(
      path.appendingPath(".impasto-lock"), of: path, action: "writing frames into it")
    let old = try Directory.names(in: path)
      .filter { $0.hasPrefix("frame-") && $0.hasSuffix(".png") }.map(path.appendingPath)
    if lock.wasAbandoned {
      for file in old { file.withSystemPath { _ = unlink($0) } }
    } else if let first = old.first {
      throw CommandError.outputExists(first)
    }
  }

  /// Takes back what an unfinished run has written.
  deinit {
    guard !isFinished else { return }
    for file in written { file.withSystemPath { _ = unlink($0) } }
    lock.remove()
    // Refused where others have put something there.
    if isNew { path.withSystemPath { _ = rmdir($0) } }
  }

  func append(_ frame: Image) throws {
    let file = path.appendingPath(String(format: "frame-%04d.png", written.count + 1))
    written.append(file)
    try frame.write(to: file)
  }

  func finish() {
    lock.remove()
    isFinished = true
  }
}
