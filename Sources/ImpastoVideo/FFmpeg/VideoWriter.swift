import Foundation
import ImpastoFiles

/// Writes a film by ffmpeg: painted frames, and all else of the film that they were painted from.
///
/// The file appears whole once it is finished; until then, and after a failure, what was at its path
/// stays. Frames are encoded in ``VideoParts``, which are joined in the end.
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
  private let format: FrameFormat
  /// The arguments of ffmpeg that encode frames.
  private let arguments: [String]
  /// The joiner of the parts; nil for a GIF, which is written in one piece.
  private let joiner: FilmJoiner?
  private let parts: VideoParts?
  private let ownsParts: Bool
  private var encoder: FrameEncoder?
  /// The time of the first frame of the part that is being written.
  private var start = 0
  /// The frames in it.
  private var count = 0

  /// Begins a film.
  ///
  /// - Parameters:
  ///   - path: The file to write; its extension chooses the container.
  ///   - format: The properties of the frames.
  ///   - original: The film whose sound, subtitles, chapters, attachments and metadata are kept.
  ///   - parts: Those of an earlier run and of this, for a later one to go on with; nil to keep none.
  /// - Throws: ``VideoError/unknownContainer(_:)``, ``VideoError/codecNotInContainer(_:codec:container:)``,
  ///   ``VideoError/file(_:)``, ``VideoError/notInstalled(_:)``, ``VideoError/cannotWrite(_:reason:)``.
  public init(
    to path: String, _ format: FrameFormat, _ encoding: Encoding = Encoding(),
    original: Original? = nil, parts: VideoParts? = nil
  ) throws(VideoError) {
    let container = try VideoContainer(ofOutput: path)
    let codec = encoding.codec ?? container.codecs.first
    if let codec, !container.codecs.contains(codec) {
      throw .codecNotInContainer(path, codec: codec.rawValue, container: container.rawValue)
    }
    let pictures = EncodedPictures(format, codec, container, original: original?.film)
    let others = try original.map { original throws(VideoError) in
      try KeptStreams(
        of: original.film, in: container, output: path,
        keepsMetadata: encoding.keepsMetadata)
    }
    notices = (pictures.notice.map { ["\(path): \($0)"] } ?? []) + (others?.notices ?? [])
    (self.path, self.format, ownsParts) = (path, format, parts == nil)
    let timeBase = original?.film.timeBase ?? format.timeBase
    let codecs =
      pictures.arguments
      + (codec?.arguments(rateFactor: encoding.rateFactor, preset: encoding.preset) ?? [])
      + ["-fps_mode", "passthrough", "-enc_time_base"]
    guard container.isWrittenInParts else {
      // The times of a GIF are hundredths of a second.
      arguments = codecs + ["1/100", "-f", container.muxer]
      (joiner, self.parts) = (nil, nil)
      encoder = try FrameEncoder(to: path, format, arguments, name: path)
      return
    }
    arguments = codecs + [timeBase.description, "-f", container.partMuxer]
    joiner = try FilmJoiner(
      to: path, in: container, timeBase: format.timeBase,
      Self.arguments(of: original, others, encoding)
        + container.arguments(timeBase: timeBase, codec: codec))
    if let parts {
      self.parts = parts
    } else {
      self.parts = try VideoParts(of: path, format, settings: [:], continues: false)
    }
    // What ffmpeg cannot encode is known before the first frame is painted.
    encoder = try nextEncoder()
  }

  public func append(_ frame: VideoFrame) throws(VideoError) {
    let encoder: FrameEncoder
    if let open = self.encoder { encoder = open } else { encoder = try nextEncoder() }
    self.encoder = encoder
    if count == 0 { start = frame.time }
    try encoder.append(frame)
    count += 1
    if let parts, count == parts.length {
      try encoder.finish()
      try parts.finishPart(beginningAt: start)
      (self.encoder, count) = (nil, 0)
    }
  }

  public func finish(endingAfter end: Double?) throws(VideoError) {
    guard let joiner, let parts else {
      try encoder?.finish()
      return
    }
    if count > 0 { try encoder?.finish() }
    encoder = nil
    let starts = count > 0 ? parts.starts + [start] : parts.starts
    try joiner.join(parts, starts: starts, endingAfter: end)
    if ownsParts { parts.remove() }
  }

  /// Ends ffmpeg from any thread, after which nothing is left of the result.
  public var interruption: @Sendable () -> Void {
    let encoder = encoder?.interruption
    return { encoder?() }
  }

  /// Begins the file of the next part.
  private func nextEncoder() throws(VideoError) -> FrameEncoder {
    guard let parts else { preconditionFailure("a film in one piece has one encoder") }
    return try FrameEncoder(
      to: parts.path(of: parts.starts.count), format, arguments, name: path)
  }

  /// The arguments of ffmpeg that add all else of the film to joined parts.
  private static func arguments(
    of original: Original?, _ others: KeptStreams?, _ encoding: Encoding
  ) -> [String] {
    var arguments: [String] = []
    if let original {
      if original.start > 0 { arguments += ["-ss", original.start.inSeconds] }
      // Times count from where the painted frames begin.
      let offset = -Double(original.film.startMicroseconds) / 1e6 - original.start
      arguments += ["-itsoffset", offset.inSeconds] + FFmpeg.input(original.film.path)
    }
    arguments += ["-map", "0:v:0", "-c:v:0", "copy"] + (others?.arguments ?? [])
    if let original {
      arguments += ["-map_chapters", "1", "-map_metadata", encoding.keepsMetadata ? "1" : "-1"]
      if let duration = original.duration { arguments += ["-t", duration.inSeconds] }
    }
    return arguments
  }
}

extension VideoContainer {
  /// The arguments that ffmpeg joins a film in it with.
  fileprivate func arguments(timeBase: Rational, codec: VideoCodec?) -> [String] {
    guard self == .mp4 || self == .mov else { return [] }
    var arguments = ["-movflags", "+faststart"]
    if timeBase.numerator == 1 {
      let scale = "\(timeBase.denominator)"
      arguments += ["-video_track_timescale", scale, "-movie_timescale", scale]
    }
    if codec == .h265 { arguments += ["-tag:v", "hvc1"] }
    return arguments
  }
}
