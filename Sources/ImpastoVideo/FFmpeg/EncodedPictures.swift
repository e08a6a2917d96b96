/// The form that painted frames are encoded in: size, layout of pixels, colours.
struct EncodedPictures {
  /// The arguments that make it of frames.
  let arguments: [String]
  /// A remark for the user, without the name of the result.
  let notice: String?

  init(
    _ format: FrameFormat, _ codec: VideoCodec?, _ container: VideoContainer, original: VideoFile?
  ) {
    guard let codec else {
      // A palette for each frame needs one frame in memory; one for all would need all.
      arguments = [
        "-vf", "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1", "-loop",
        "0",
      ]
      notice = nil
      return
    }
    guard codec != .ffv1 else {
      (arguments, notice) = (["-pix_fmt", "bgr0"], nil)
      return
    }
    let colors = VideoFile.Colors.OfResult(original, height: format.height)
    var filters: [String] = []
    // Two by two pixels share a colour, and most encoders want all of them.
    let (right, bottom) = codec == .vp9 ? (0, 0) : (format.width % 2, format.height % 2)
    if right + bottom > 0 {
      filters += [
        "pad=\(format.width + right):\(format.height + bottom)",
        "fillborders=right=\(right):bottom=\(bottom):mode=smear",
      ]
    }
    filters += [
      "scale=out_color_matrix=\(DecodingFilters.name(colors.matrix))"
        + ":out_range=tv:flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp",
      "format=yuv420p",
    ]
    arguments = [
      "-vf", filters.joined(separator: ","), "-colorspace", colors.matrix, "-color_primaries",
      colors.primaries, "-color_trc", colors.transfer, "-color_range", "tv",
    ]
    notice =
      right + bottom > 0
      ? "its frames are \(format.width + right)×\(format.height + bottom) pixels, one more on a side "
        + "than the film's: \(codec.rawValue) needs even numbers" : nil
  }
}
