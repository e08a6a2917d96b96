import ImpastoImaging

/// The filters that make upright frames of 8-bit RGB of a film's pictures.
enum DecodingFilters {
  /// The filters for a film, and what a user should know of them.
  ///
  /// ffmpeg turns pictures upright before them. A size is always given, so that all frames have the
  /// same, whatever comes midway.
  ///
  /// - Throws: ``VideoError/highDynamicRange(_:transfer:)`` where ffmpeg lacks what that needs.
  static func chain(
    for film: VideoFile, longerSide: Int?
  ) throws(VideoError) -> (filters: String, notices: [String]) {
    var (filters, notices): ([String], [String]) = ([], [])
    if film.isInterlaced {
      filters.append("bwdif=mode=send_frame")
      notices.append("\(film.path): the film is interlaced, and was deinterlaced")
    }
    var matrix = film.colors.matrix
    if film.isHighDynamicRange {
      try requireToneMapping(film)
      // To linear light, mapped there, and back to ordinary colours.
      filters += [
        "zscale=transfer=linear:npl=100", "format=gbrpf32le", "zscale=primaries=bt709",
        "tonemap=tonemap=hable:desat=0", "zscale=transfer=bt709:matrix=bt709:range=tv",
        "format=yuv444p",
      ]
      matrix = "bt709"
      notices.append(
        "\(film.path): the film has a high dynamic range, and was mapped to an ordinary one")
    }
    let size = Image.size(
      width: film.width, height: film.height,
      scaledToLongerSide: longerSide ?? max(film.width, film.height))
    filters.append(
      scale("\(size.width):\(size.height)")
        + ":in_color_matrix=\(name(matrix ?? VideoFile.Colors.usualMatrix(height: film.height)))")
    return (filters.joined(separator: ","), notices)
  }

  /// The filters for a stream of which nothing is known.
  static func chain(longerSide side: Int?) -> String {
    // The expressions of ffmpeg are rounded down.
    side.map { scale("'if(gte(iw,ih),\($0),-1)':'if(gte(iw,ih),-1,\($0))'") } ?? scale("iw:ih")
  }

  private static func scale(_ size: String) -> String {
    "scale=\(size):flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp:out_range=pc"
  }

  /// The scaling filter's name of a matrix.
  static func name(_ matrix: String) -> String {
    switch matrix {
    case "bt470bg": "bt470"
    case "bt2020nc", "bt2020c": "bt2020"
    case "bt709", "fcc", "smpte170m", "smpte240m": matrix
    default: "auto"
    }
  }

  private static func requireToneMapping(_ film: VideoFile) throws(VideoError) {
    let (_, end) = try ChildProcess.run(
      FFmpeg.converter,
      FFmpeg.quiet + [
        "-f", "lavfi", "-i", "color=size=16x16:duration=0.1,zscale", "-f", "null", "-",
      ])
    guard end.isSuccess else {
      throw .highDynamicRange(film.path, transfer: film.colors.transfer ?? "unknown")
    }
  }
}
