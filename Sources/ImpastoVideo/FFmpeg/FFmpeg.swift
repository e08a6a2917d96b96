import ImpastoFiles

/// The programs of ffmpeg, and what is said to each of them.
enum FFmpeg {
  /// The program that converts.
  static let converter = "ffmpeg"
  /// The program that describes.
  static let prober = "ffprobe"

  /// The containers that are read: those that hold their film themselves.
  ///
  /// Others are lists of further files, which a film of a stranger could use to read those of its
  /// user: playlists, patterns of names, scripts.
  private static let containers = [
    "3dostr", "aiff", "asf", "av1", "avi", "dirac", "dv", "flv", "gif", "h263", "h264", "hevc",
    "ivf", "m4v", "matroska", "mjpeg", "mov", "mp3", "mpeg", "mpegts", "mpegvideo", "mpjpeg", "mxf",
    "nut", "ogg", "rm", "roq", "vc1", "wav", "wtv", "xmv", "yuv4mpegpipe", "apng",
  ]

  /// The arguments before every conversion.
  static let quiet = ["-v", "error", "-nostdin", "-hide_banner"]

  /// The arguments that name an input, whatever its name looks like.
  ///
  /// - Parameter path: A file; nil for standard input.
  static func input(_ path: String?) -> [String] {
    [
      "-protocol_whitelist", "file,pipe", "-format_whitelist", containers.joined(separator: ","),
      "-i", path.map { "file:\($0)" } ?? "pipe:0",
    ]
  }

  /// Standard output as a file that can be read again and be written in any order.
  static let outputFile = "file:/dev/stdout"
  /// Standard input as a file.
  static let inputFile = "/dev/stdin"
}
