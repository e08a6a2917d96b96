/// The streams of a film besides its pictures, and what becomes of each in a result.
struct KeptStreams {
  /// The arguments that map them, after one stream of pictures, from the second input.
  private(set) var arguments: [String] = []
  /// Remarks for the user, which name the result.
  private(set) var notices: [String] = []

  /// Asks ffmpeg of each stream whether the container takes it as it is, or converted.
  ///
  /// - Throws: ``VideoError/notInstalled(_:)``, ``VideoError/cannotStart(_:reason:)``.
  init(
    of film: VideoFile, in container: VideoContainer, output: String, keepsMetadata: Bool
  ) throws(VideoError) {
    // Metadata of all streams is given up as soon as that of one is named.
    if keepsMetadata { arguments += ["-map_metadata:s:v:0", "1:s:\(film.videoIndex)"] }
    var count = 1
    // The covers of records are pictures, too.
    for stream in film.otherStreams where stream.kind != .video {
      let title = "\(stream.kind.title) (\(stream.codec))"
      if stream.kind != .data, container != .gif,
        try Self.accepts(container, stream, of: film, codec: "copy")
      {
        arguments += ["-map", "1:\(stream.index)", "-c:\(count)", "copy"]
      } else if let codec = container.conversion(of: stream.kind),
        try Self.accepts(container, stream, of: film, codec: codec)
      {
        arguments += ["-map", "1:\(stream.index)", "-c:\(count)", codec]
        notices.append(
          "\(output): converted to \(codec): \(title), which \(container) does not take")
      } else {
        notices.append("\(output): left out: \(title), which \(container) does not take")
        continue
      }
      // An attached file is none without its kind.
      if keepsMetadata || stream.kind == .attachment {
        arguments += ["-map_metadata:s:\(count)", "1:s:\(stream.index)"]
      }
      count += 1
    }
  }

  private static func accepts(
    _ container: VideoContainer, _ stream: VideoFile.OtherStream, of film: VideoFile, codec: String
  ) throws(VideoError) -> Bool {
    // A container that begins with what it refuses to hold is refused before a byte is copied.
    try ChildProcess.run(
      FFmpeg.converter,
      FFmpeg.quiet + FFmpeg.input(film.path)
        + ["-map", "0:\(stream.index)", "-c", codec, "-t", "0", "-f", container.muxer, "-y"]
        + ["/dev/null"]
    ).end.isSuccess
  }
}

extension VideoFile.OtherStream.Kind {
  fileprivate var title: String {
    switch self {
    case .audio: "sound"
    case .subtitle: "subtitles"
    case .attachment: "an attached file"
    case .data: "a stream of data"
    case .video: "a further picture"
    }
  }
}
