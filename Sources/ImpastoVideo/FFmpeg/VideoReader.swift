import Foundation
import ImpastoImaging

/// Reads the frames of a film, or of a stream on standard input, by ffmpeg: upright, in full-range
/// RGB, each with its time.
public final class VideoReader: VideoSource {
  /// The part of a film that is read, and the size of its frames.
  public struct Selection: Sendable, Equatable {
    /// The seconds at which it begins.
    public var start: Double
    /// The seconds that it lasts; nil to the end.
    public var duration: Double?
    /// The longer side of a frame; nil as the film has it.
    public var longerSide: Int?

    /// Creates a selection.
    public init(start: Double = 0, duration: Double? = nil, longerSide: Int? = nil) {
      (self.start, self.duration, self.longerSide) = (start, duration, longerSide)
    }
  }

  public let format: FrameFormat
  /// Remarks about the film that a user should read, as sentences that name it.
  public let notices: [String]

  private let name: String
  private let process: ChildProcess
  private let pipe: Int32
  private var stream: NUTReader
  /// The seconds at which the last frame should end, where that is known.
  private let expectedEnd: Double?
  private var lastTime: Int?
  /// The seconds for which a frame is shown on average, where that is known.
  private let frameDuration: Double

  deinit {
    process.kill()
    close(pipe)
  }

  /// Begins to read a film.
  ///
  /// - Throws: ``VideoError/notInstalled(_:)``, ``VideoError/highDynamicRange(_:transfer:)``,
  ///   ``VideoError/noFrames(_:reason:)``, ``VideoError/tooManyPixels(_:width:height:)``.
  public convenience init(
    _ film: VideoFile, _ selection: Selection = Selection()
  ) throws(VideoError) {
    let (filters, notices) = try DecodingFilters.chain(for: film, longerSide: selection.longerSide)
    var arguments = FFmpeg.quiet
    if selection.start > 0 { arguments += ["-ss", selection.start.inSeconds] }
    if let duration = selection.duration { arguments += ["-t", duration.inSeconds] }
    arguments += FFmpeg.input(film.path)
    arguments += [
      "-map", "0:\(film.videoIndex)", "-vf", filters, "-enc_time_base", film.timeBase.description,
    ]
    let end = film.duration.map { $0 - selection.start }
    try self.init(
      arguments, input: try ChildProcess.open("/dev/null", O_RDONLY), name: film.path,
      notices: notices, frameDuration: film.frameRate.map { 1 / $0.value } ?? 0,
      expectedEnd: [end, selection.duration].compactMap(\.self).min())
  }

  /// Begins to read the film that is on standard input, in any container that can be read from a pipe.
  ///
  /// - Parameters:
  ///   - longerSide: The longer side of a frame; nil as the film has it.
  ///   - isLive: Whether frames are given as soon as they are there, from a stream of raw pictures.
  /// - Throws: As for a film.
  public static func standardInput(
    longerSide: Int?, isLive: Bool = false
  ) throws(VideoError) -> VideoReader {
    let arguments =
      FFmpeg.quiet
      + (isLive ? ["-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0"] : [])
      + FFmpeg.input(nil)
      + [
        "-map", "0:v:0", "-vf", DecodingFilters.chain(longerSide: longerSide), "-enc_time_base",
        "-1", "-flush_packets", "1",
      ]
    return try VideoReader(
      arguments, input: ChildProcess.copy(of: STDIN_FILENO), name: "standard input", notices: [],
      frameDuration: 0, expectedEnd: nil)
  }

  private init(
    _ arguments: [String], input: Int32, name: String, notices: [String],
    frameDuration: Double, expectedEnd: Double?
  ) throws(VideoError) {
    let (reading, writing) = try ChildProcess.pipe()
    let process = try ChildProcess(
      FFmpeg.converter,
      arguments + [
        "-fps_mode", "passthrough", "-c:v", "rawvideo", "-pix_fmt", "rgb24", "-f", "nut", "pipe:1",
      ], input: input, output: writing)
    do throws(VideoError) {
      guard let stream = try NUTReader(reading, name: name) else {
        throw .noFrames(name, reason: process.wait().reason)
      }
      self.stream = stream
    } catch {
      process.kill()
      close(reading)
      throw error
    }
    format = stream.format
    (self.process, self.name, self.notices) = (process, name, notices)
    (pipe, self.expectedEnd, self.frameDuration) = (reading, expectedEnd, frameDuration)
  }

  public func next() throws(VideoError) -> VideoFrame? {
    if let frame = try stream.next() {
      lastTime = frame.time
      return frame
    }
    let end = process.wait()
    guard let lastTime else { throw .noFrames(name, reason: end.reason) }
    let seconds = Double(lastTime) * format.timeBase.value + frameDuration
    // Durations in files are not exact.
    let tolerance = max(0.1, 2 * frameDuration)
    let isShort = expectedEnd.map { $0 - seconds > tolerance } ?? !end.isSuccess
    if !end.isSuccess || (end.hasPrinted && isShort) {
      throw .endedEarly(name, seconds: seconds, reason: end.reason)
    }
    return nil
  }

  public var interruption: @Sendable () -> Void {
    let process = process
    return { process.kill() }
  }
}

extension Double {
  /// A number of seconds as ffmpeg takes it.
  var inSeconds: String { String(format: "%.6f", self) }
}
