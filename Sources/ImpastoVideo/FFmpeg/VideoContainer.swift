import Foundation

/// The containers that films are written in, chosen by the extension of the file's name.
public enum VideoContainer: String, Sendable, CaseIterable {
  /// MPEG-4.
  case mp4
  /// QuickTime.
  case mov
  /// Matroska.
  case mkv
  /// WebM.
  case webm
  /// An animated GIF.
  case gif

  /// Chooses by the extension of `path`.
  ///
  /// - Throws: ``VideoError/unknownContainer(_:)``.
  public init(ofOutput path: String) throws(VideoError) {
    let name = (path as NSString).pathExtension.lowercased()
    guard let container = name == "m4v" ? .mp4 : VideoContainer(rawValue: name) else {
      throw .unknownContainer(path)
    }
    self = container
  }

  /// The extensions in words: ".mp4, .mov … or .gif".
  static var extensions: String {
    let names = allCases.map { ".\($0.rawValue)" }
    return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
  }

  /// The container's name by ffmpeg.
  var muxer: String { self == .mkv ? "matroska" : rawValue }

  /// Indicates whether films are written in ``VideoParts``, so that a run can be continued.
  public var isWrittenInParts: Bool { self != .gif }

  /// Indicates whether its times are thousandths of a second.
  var hasMilliseconds: Bool { self == .mkv || self == .webm }

  /// The container of a part, by ffmpeg's name: the same where that keeps what a codec does not say of
  /// colours, else NUT, which keeps every time to the tick.
  var partMuxer: String { hasMilliseconds ? muxer : "nut" }

  /// The codecs of pictures that it is written with, the usual one first.
  public var codecs: [VideoCodec] {
    switch self {
    case .mp4: [.h264, .h265, .av1]
    case .mov: [.h264, .h265]
    case .mkv: [.h264, .h265, .av1, .vp9, .ffv1]
    case .webm: [.vp9, .av1]
    case .gif: []
    }
  }

  /// The codecs that streams of sound and text are converted to where it refuses theirs.
  func conversion(of kind: VideoFile.OtherStream.Kind) -> String? {
    switch (self, kind) {
    case (.mp4, .audio), (.mov, .audio): "aac"
    case (.mkv, .audio): "flac"
    case (.webm, .audio): "libopus"
    case (.mp4, .subtitle), (.mov, .subtitle): "mov_text"
    case (.mkv, .subtitle): "srt"
    case (.webm, .subtitle): "webvtt"
    default: nil
    }
  }
}

/// The codecs that pictures are written with.
public enum VideoCodec: String, Sendable, CaseIterable {
  /// H.264.
  case h264
  /// H.265.
  case h265
  /// VP9.
  case vp9
  /// AV1.
  case av1
  /// FFV1, which loses nothing.
  case ffv1

  /// The constant rate factors that it takes: lower is better and larger.
  public var rateFactors: ClosedRange<Int>? {
    switch self {
    case .h264, .h265: 0...51
    case .vp9, .av1: 0...63
    case .ffv1: nil
    }
  }

  /// Indicates whether it takes the names of x264's presets, from `ultrafast` to `veryslow`.
  public var hasPresets: Bool { self == .h264 || self == .h265 }

  /// The arguments that ffmpeg encodes with.
  func arguments(rateFactor: Int?, preset: String?) -> [String] {
    switch self {
    case .h264:
      [
        "-c:v", "libx264", "-crf", "\(rateFactor ?? 18)", "-preset", preset ?? "veryfast",
      ]
    case .h265:
      [
        "-c:v", "libx265", "-crf", "\(rateFactor ?? 22)", "-preset", preset ?? "veryfast",
        "-x265-params", "log-level=error",
      ]
    case .vp9:
      [
        "-c:v", "libvpx-vp9", "-crf", "\(rateFactor ?? 24)", "-b:v", "0", "-row-mt", "1",
        "-deadline", "good", "-cpu-used", "5",
      ]
    case .av1:
      [
        "-c:v", "libsvtav1", "-crf", "\(rateFactor ?? 28)", "-preset", "9", "-svtav1-params",
        "enable-stat-report=0",
      ]
    case .ffv1:
      ["-c:v", "ffv1", "-level", "3", "-g", "1"]
    }
  }
}
