import Foundation
import ImpastoFiles

/// Writes a film by ffmpeg: painted frames, and all else of the film that they were painted from.
///
/// The file appears whole once it is finished; until then, and after a failure, what was at its path
/// stays.
public final class VideoWriter: VideoSink {
  /// The codec of the pictures, and its quality.
  public struct Encoding: Sendable, Equatable {
    /// The codec; nil for the container's usual one.
    public var codec: VideoCodec?
    /// The constant rate factor; nil for the codec's usual one.
    public var rateFactor: Int?
    /// The preset of x264 and x265; nil for `veryfast`.
    public var preset: String?
    /// Indicates whether title, date, place and the like of the film are kept.
    public var keepsMetadata: Bool

    /// Creates an encoding.
    public init(
      codec: VideoCodec? = nil, rateFactor: Int? = nil, preset: String? = nil,
      keepsMetadata: Bool = true
    ) {
      (self.codec, self.rateFactor) = (codec, rateFactor)
      (self.preset, self.keepsMetadata) = (preset, keepsMetadata)
    }
  }

  /// The film whose frames were painted, and the part of it.
  public struct Original: Sendable, Equatable {
    /// The film.
    public let film: VideoFile
    /// The seconds at which its part begins.
    public let start: Double
    /// The seconds that its part lasts; nil to the end.
    public let duration: Double?

    /// Creates the part of a film.
    public init(_ film: VideoFile, _ selection: VideoReader.Selection) {
      (self.film, start, duration) = (film, selection.start, selection.duration)
    }
  }

  /// Remarks that a user should read, as sentences that name the result.
  public let notices: [String]

  private let path: String
  private let container: VideoContainer
  private let draft: AtomicFile.Draft
  private let process: ChildProcess
  private let pipe: Int32
  private let stream: NUTWriter
  private var isPipeOpen = true

  deinit {
    process.kill()
    if isPipeOpen { close(pipe) }
  }

  /// Begins a film.
  ///
  /// - Parameters:
  ///   - path: The file to write; its extension chooses the container.
  ///   - format: The properties of the frames.
  ///   - original: The film whose sound, subtitles, chapters, attachments and metadata are kept.
  /// - Throws: ``VideoError/unknownContainer(_:)``, ``VideoError/codecNotInContainer(_:codec:container:)``,
  ///   ``VideoError/file(_:)``, ``VideoError/notInstalled(_:)``, ``VideoError/cannotWrite(_:reason:)``.
  public init(
    to path: String, _ format: FrameFormat, _ encoding: Encoding = Encoding(),
    original: Original? = nil
  ) throws(VideoError) {
    let container = try VideoContainer(ofOutput: path)
    let codec = encoding.codec ?? container.codecs.first
    if let codec, !container.codecs.contains(codec) {
      throw .codecNotInContainer(path, codec: codec.rawValue, container: container.rawValue)
    }
    do throws(FileError) {
      draft = try AtomicFile.Draft(path)
    } catch {
      throw .file(error)
    }
    let pictures = EncodedPictures(format, codec, container, original: original?.film)
    let others = try original.map { original throws(VideoError) in
      try KeptStreams(
        of: original.film, in: container, output: path,
        keepsMetadata: encoding.keepsMetadata)
    }
    notices = (pictures.notice.map { ["\(path): \($0)"] } ?? []) + (others?.notices ?? [])

    var arguments = FFmpeg.quiet + ["-y", "-copyts", "-f", "nut", "-i", "pipe:0"]
    if let original {
      if original.start > 0 { arguments += ["-ss", original.start.inSeconds] }
      // Times count from where the painted frames begin.
      let offset = -Double(original.film.startMicroseconds) / 1e6 - original.start
      arguments += ["-itsoffset", offset.inSeconds] + FFmpeg.input(original.film.path)
    }
    arguments += ["-map", "0:v:0"] + (others?.arguments ?? [])
    if let original {
      arguments += ["-map_chapters", "1", "-map_metadata", encoding.keepsMetadata ? "1" : "-1"]
      if let duration = original.duration { arguments += ["-t", duration.inSeconds] }
    }
    arguments += pictures.arguments
    arguments += codec?.arguments(rateFactor: encoding.rateFactor, preset: encoding.preset) ?? []
    arguments +=
      container.arguments(timeBase: original?.film.timeBase ?? format.timeBase) + [
        FFmpeg.outputFile
      ]

    let (reading, writing) = try ChildProcess.pipe()
    let process = try ChildProcess(
      FFmpeg.converter, arguments, input: reading, output: ChildProcess.copy(of: draft.descriptor))
    (self.path, self.container, self.process, pipe) = (path, container, process, writing)
    do throws(NUTWriter.Failure) {
      stream = try NUTWriter(writing, format)
    } catch {
      let end = process.wait()
      close(writing)
      throw .cannotWrite(path, reason: end.reason)
    }
  }

  public func append(_ frame: VideoFrame) throws(VideoError) {
    do throws(NUTWriter.Failure) {
      try stream.append(frame)
    } catch {
      throw .cannotWrite(path, reason: process.wait().reason)
    }
  }

  public func finish(endingAfter end: Double?) throws(VideoError) {
    isPipeOpen = false
    close(pipe)
    let outcome = process.wait()
    guard outcome.isSuccess else { throw .cannotWrite(path, reason: outcome.reason) }
    do throws(FileError) {
      guard let end else { return try draft.commit() }
      let shortened = try AtomicFile.Draft(path)
      let outcome: ChildProcess.End
      do throws(VideoError) {
        outcome = try shorten(to: end, in: shortened)
      } catch {
        throw .cannotWrite(path: path, reason: error.description)
      }
      guard outcome.isSuccess else { throw .cannotWrite(path: path, reason: outcome.reason) }
      try shortened.commit()
    } catch {
      throw .file(error)
    }
  }

  /// Ends ffmpeg from any thread, after which nothing is left of the result.
  public var interruption: @Sendable () -> Void {
    let process = process
    return { process.kill() }
  }

  /// Copies the film without what comes after its last frame.
  private func shorten(
    to end: Double, in shortened: borrowing AtomicFile.Draft
  ) throws(VideoError) -> ChildProcess.End {
    try ChildProcess(
      FFmpeg.converter,
      FFmpeg.quiet + ["-y", "-i", "file:\(FFmpeg.inputFile)", "-map", "0", "-c", "copy"]
        + ["-t", end.inSeconds] + container.arguments(timeBase: nil) + [FFmpeg.outputFile],
      input: ChildProcess.copy(of: draft.descriptor),
      output: ChildProcess.copy(of: shortened.descriptor)
    ).wait()
  }
}

extension VideoContainer {
  /// The arguments that ffmpeg writes it with.
  ///
  /// - Parameter timeBase: That of the frames; nil where streams are copied.
  fileprivate func arguments(timeBase: Rational?) -> [String] {
    var arguments: [String] = []
    if let timeBase {
      // The times of a GIF are hundredths of a second.
      arguments += ["-fps_mode", "passthrough"]
      arguments += ["-enc_time_base", self == .gif ? "1/100" : timeBase.description]
      if self == .mp4 || self == .mov, timeBase.numerator == 1 {
        arguments += ["-video_track_timescale", "\(timeBase.denominator)"]
      }
    }
    if self == .mp4 || self == .mov { arguments += ["-movflags", "+faststart"] }
    return arguments + ["-f", muxer]
  }
}
