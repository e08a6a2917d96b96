import ImpastoFiles

/// A film in a file, as ffmpeg describes it.
///
/// ```swift
/// let film = try VideoFile("holiday.mp4")
/// print(film.width, film.height, film.duration ?? 0)
/// ```
public struct VideoFile: Sendable, Equatable {
  /// A stream beside that of the pictures.
  public struct OtherStream: Sendable, Equatable {
    /// A kind of stream.
    public enum Kind: String, Sendable { case audio, subtitle, attachment, data, video }
    /// The number of the stream in the file.
    public let index: Int
    /// The kind.
    public let kind: Kind
    /// The codec's name by ffmpeg.
    public let codec: String
  }

  /// The colours of a film, by ffmpeg's names; nil where the file does not say.
  public struct Colors: Sendable, Equatable {
    /// The matrix between RGB and the stored channels, such as `bt709`.
    public var matrix: String?
    /// The primaries.
    public var primaries: String?
    /// The transfer characteristics.
    public var transfer: String?
    /// The range of levels: `tv` or `pc`.
    public var range: String?
  }

  /// The path of the file.
  public let path: String
  /// The number of columns, as it is shown.
  public let width: Int
  /// The number of rows, as it is shown.
  public let height: Int
  /// The angle by which the stored pictures are turned to be shown, in degrees.
  public let rotation: Int
  /// The length of a tick of the pictures' times, in seconds.
  public let timeBase: Rational
  /// Frames per second on average, where the file tells.
  public let frameRate: Rational?
  /// The number of frames, where the file tells.
  public let frameCount: Int?
  /// The time of the first of all streams, in millionths of a second.
  public let startMicroseconds: Int
  /// The seconds from the film's beginning to the end of its pictures, where the file tells.
  public let duration: Double?
  /// The number of the stream of pictures in the file.
  public let videoIndex: Int
  /// The codec of the pictures by ffmpeg's name.
  public let codec: String
  /// The layout of pixels by ffmpeg's name.
  public let pixelFormat: String
  /// The colours.
  public let colors: Colors
  /// Indicates whether a picture holds the lines of two moments.
  public let isInterlaced: Bool
  /// The other streams.
  public let otherStreams: [OtherStream]

  /// Describes the film at `path`.
  ///
  /// - Throws: ``VideoError/notInstalled(_:)``, ``VideoError/file(_:)``, ``VideoError/notFilm(_:reason:)``,
  ///   ``VideoError/noVideo(_:)``.
  public init(_ path: String) throws(VideoError) {
    do throws(FileError) {
      let status = try FileStatus(path)
      if status.kind == .folder { throw .isDirectory(path: path) }
      if status.kind == .file, status.size == 0 { throw .empty(path: path) }
    } catch {
      throw .file(error)
    }
    let (output, end) = try ChildProcess.run(
      FFmpeg.prober,
      ["-v", "error", "-print_format", "json", "-show_format", "-show_streams"]
        + FFmpeg.input(path), limit: 1 << 24)
    guard end.isSuccess, let probed = ProbedFile(output) else {
      // The line begins with the name that ffprobe was given.
      throw .notFilm(path, reason: end.reason.replacing("file:\(path): ", with: ""))
    }
    try self.init(probed, path: path)
  }

  /// Indicates whether the film's levels stand for a high dynamic range.
  public var isHighDynamicRange: Bool {
    ["smpte2084", "arib-std-b67"].contains(colors.transfer)
  }

  /// The number of frames within some seconds, or of all, as far as it can be known before.
  public func expectedFrameCount(from start: Double, duration limit: Double?) -> Int? {
    let rest = duration.map { max(0, $0 - start) }
    if let frameCount, start == 0, limit.map({ $0 >= rest ?? .infinity }) != false {
      return frameCount
    }
    guard let frameRate, let seconds = [rest, limit].compactMap(\.self).min() else { return nil }
    let count = (seconds * frameRate.value).rounded()
    return count < 1e9 ? max(1, Int(count)) : nil
  }
}

extension VideoFile {
  fileprivate init(_ probed: ProbedFile, path: String) throws(VideoError) {
    let streams = probed.streams ?? []
    // The cover of a record is a stream of one picture.
    let pictures = streams.first { $0.codecType == "video" && $0.disposition?.attachedPic != 1 }
    guard let pictures, let width = pictures.width, let height = pictures.height, width > 0,
      height > 0, let timeBase = pictures.timeBase.flatMap({ Rational($0) })
    else { throw .noVideo(path) }
    self.path = path
    rotation = pictures.rotation
    (self.width, self.height) = rotation % 180 == 0 ? (width, height) : (height, width)
    self.timeBase = timeBase
    frameRate =
      [pictures.avgFrameRate, pictures.rFrameRate].lazy
      .compactMap { $0.flatMap { Rational($0) } }.first
    frameCount = pictures.nbFrames.flatMap { Int($0) }
    let start = probed.format?.startTime.flatMap(Double.init) ?? 0
    startMicroseconds = abs(start) < 1e12 ? Int((start * 1e6).rounded()) : 0
    let ownStart = pictures.startTime.flatMap(Double.init) ?? start
    duration =
      pictures.duration.flatMap(Double.init).map { ownStart - start + $0 }
      ?? probed.format?.duration.flatMap(Double.init)
    videoIndex = pictures.index
    codec = pictures.codecName ?? "unknown"
    pixelFormat = pictures.pixFmt ?? "unknown"
    func known(_ name: String?) -> String? {
      name.flatMap { ["unknown", "unspecified", "reserved"].contains($0) ? nil : $0 }
    }
    colors = Colors(
      matrix: known(pictures.colorSpace), primaries: known(pictures.colorPrimaries),
      transfer: known(pictures.colorTransfer), range: known(pictures.colorRange))
    isInterlaced = ["tt", "bb", "tb", "bt"].contains(pictures.fieldOrder)
    otherStreams = streams.filter { $0.index != pictures.index }.compactMap { stream in
      OtherStream.Kind(rawValue: stream.codecType ?? "").map {
        OtherStream(index: stream.index, kind: $0, codec: stream.codecName ?? "unknown")
      }
    }
  }
}
