import Foundation
import ImpastoImaging
import ImpastoVideo
import TestSupport
import Testing

/// Films that are read and written by ffmpeg; ffprobe says what became of them.
@Suite(.enabled(if: hasFFmpeg, "ffmpeg is not installed"), .serialized)
struct FilmTests {
  let films: Films

  init() throws { films = try Films() }

  @Test func `a phone's clip keeps its times, sound, title and place upright`() throws {
    let film = try VideoFile(try films.makePhoneClip())
    #expect((film.width, film.height, abs(film.rotation)) == (64, 96, 90))
    let (outcome, notices) = try films.copy("phone.mp4", to: "copy.mp4")
    #expect(notices.isEmpty && outcome.fault == nil && !outcome.isStopped)
    let times = try films.times("phone.mp4")
    #expect(outcome.frames == times.count && times.count == 39)
    let copied = try films.times("copy.mp4")
    let furthest = zip(times, copied).map { abs($0 - $1) }.max() ?? 1
    #expect(
      copied.count == times.count && furthest < 1e-6, "\(copied.prefix(3)) \(times.prefix(3))")
    #expect(try films.checksum(of: "a:0", "copy.mp4") == films.checksum(of: "a:0", "phone.mp4"))
    #expect(try films.probe("copy.mp4", "-show_entries", "stream=width,height").first == "64,96")
    #expect(try films.probe("copy.mp4", "-show_entries", "format_tags=title") == ["Holiday"])
    // The first frame lies the other way in the file.
    let first = try #require(try VideoReader(film).next()).image
    #expect((first.width, first.height) == (64, 96))
    let sound = "packet=pts_time"
    #expect(
      try films.probe("copy.mp4", "-select_streams", "a", "-show_entries", sound)
        == films.probe("phone.mp4", "-select_streams", "a", "-show_entries", sound))
  }

  @Test(arguments: ["mkv", "mov", "webm", "gif"])
  func `each container keeps the times of its frames`(container: String) throws {
    try films.makePhoneClip()
    try films.copy("phone.mp4", to: "copy.\(container)")
    let times = try films.times("phone.mp4")
    // A GIF has hundredths of a second, Matroska and WebM have thousandths. All three begin at 0,
    // the last two with the sound that a decoder needs before that of the first second.
    let tick = container == "gif" ? 0.0101 : 0.00101
    let copied = try films.times("copy.\(container)")
    try #require(copied.count == times.count)
    let furthest = zip(times, copied).map { abs(($0 - times[0]) - ($1 - copied[0])) }.max() ?? 1
    #expect(furthest <= tick)
  }

  @Test(arguments: [
    ("bt709", "tv"), ("bt709", "pc"), ("smpte170m", "tv"), ("smpte170m", "pc"), ("bt470bg", "tv"),
  ])
  func `a flat colour comes back`(matrix: String, range: String) throws {
    let scale = matrix == "bt470bg" ? "bt470" : matrix
    try films.make(
      "flat.mp4", "-f", "lavfi", "-i", "color=0x4ACBDD:size=64x48:rate=10:duration=0.3,format=gbrp",
      "-vf", "scale=out_color_matrix=\(scale):out_range=\(range):flags=accurate_rnd,format=yuv444p",
      "-colorspace", matrix, "-color_range", range, "-color_primaries", matrix, "-color_trc",
      matrix == "bt470bg" ? "gamma28" : matrix,
      "-crf", "1")
    try films.copy("flat.mp4", to: "copy.mp4")
    for name in ["flat.mp4", "copy.mp4"] {
      let frame = try #require(try VideoReader(VideoFile(films.path(name))).next())
      for (found, wanted) in zip(frame.image.pixels.prefix(3), [0x4A, 0xCB, 0xDD]) {
        #expect(abs(Int(found) - wanted) <= 2, "\(name)")
      }
    }
    #expect(
      try films.probe("copy.mp4", "-show_entries", "stream=color_range,color_space,color_primaries")
        == ["tv,\(matrix),\(matrix)"], "tags")
  }

  @Test func `odd sizes are extended by a copy of their last row and column`() throws {
    try films.make(
      "odd.mkv", "-f", "lavfi", "-i", "testsrc=size=65x43:rate=10:duration=0.3", "-c:v", "ffv1",
      "-pix_fmt", "bgr0")
    let (_, notices) = try films.copy("odd.mkv", to: "copy.mp4")
    #expect(
      notices == [
        "\(films.path("copy.mp4")): its frames are 66×44 pixels, one more on a side than the film's: "
          + "h264 needs even numbers"
      ])
    let original = try #require(try VideoReader(VideoFile(films.path("odd.mkv"))).next()).image
    let copy = try #require(try VideoReader(VideoFile(films.path("copy.mp4"))).next()).image
    #expect((copy.width, copy.height) == (66, 44))
    let difference = zip(original.pixels, copy.cropped(x: 0, y: 0, width: 65, height: 43).pixels)
      .reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    // A sheared picture would differ by 60 or so.
    #expect(Double(difference) / Double(original.pixels.count) < 20)
  }

  @Test func `ffv1 loses nothing, not even at an odd size`() throws {
    try films.make(
      "a.mkv", "-f", "lavfi", "-i", "testsrc=size=65x43:rate=10:duration=0.5", "-c:v", "ffv1",
      "-pix_fmt", "bgr0")
    try films.copy("a.mkv", to: "b.mkv", .init(), .init(codec: .ffv1))
    #expect(
      try frames(of: VideoReader(VideoFile(films.path("a.mkv"))))
        == frames(of: VideoReader(VideoFile(films.path("b.mkv")))))
  }

  @Test func `a part is read from the named second on`() throws {
    try films.makePhoneClip()
    let (outcome, _) = try films.copy(
      "phone.mp4", to: "part.mp4", .init(start: 0.5, duration: 0.5, longerSide: 48))
    let all = try films.times("phone.mp4").filter { $0 >= 0.5 && $0 < 1 }.map { $0 - 0.5 }
    let times = try films.times("part.mp4")
    #expect(times.count == all.count && outcome.frames == all.count)
    for (time, wanted) in zip(times, all) { #expect(abs(time - wanted) < 0.001) }
    #expect(try films.probe("part.mp4", "-show_entries", "stream=width,height").first == "32,48")
    let sound = try films.probe(
      "part.mp4", "-select_streams", "a", "-show_entries", "stream=start_time,duration")
    let numbers = sound[0].split(separator: ",").compactMap { Double($0) }
    #expect(abs(numbers[0]) < 0.03 && abs(numbers[1] - 0.5) < 0.05, "\(sound)")
  }

  @Test func `what a container refuses is converted or left out, and said`() throws {
    try "1\n00:00:00,100 --> 00:00:00,400\nHello\n".write(
      toFile: films.path("words.srt"), atomically: true, encoding: .utf8)
    try films.make(
      "all.mkv", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=0.5", "-f", "lavfi",
      "-i", "sine=duration=0.5", "-i", films.path("words.srt"), "-map", "0", "-map", "1", "-map",
      "2",
      "-c:a", "pcm_s16le", "-attach", films.path("words.srt"), "-metadata:s:t",
      "mimetype=text/plain")
    func kept(_ name: String) throws -> ([String], [String]) {
      let notices = try films.copy("all.mkv", to: name).notices
      return (
        try films.probe(name, "-show_entries", "stream=codec_type,codec_name"),
        notices.map { $0.replacing(films.folder.path + "/", with: "") }
      )
    }
    let mkv = try kept("a.mkv")
    #expect(mkv.0.count == 4 && mkv.1.isEmpty)
    let mp4 = try kept("a.mp4")
    #expect(mp4.0.map { $0.split(separator: ",")[0] } == ["h264", "aac", "mov_text"])
    #expect(
      mp4.1 == [
        "a.mp4: converted to aac: sound (pcm_s16le), which mp4 does not take",
        "a.mp4: converted to mov_text: subtitles (ass), which mp4 does not take",
        "a.mp4: left out: an attached file (unknown), which mp4 does not take",
      ])
    #expect(try kept("a.gif").0.count == 1)
  }

  @Test func `an interlaced film is deinterlaced, and that is said`() throws {
    try films.make(
      "tv.mkv", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=0.4", "-vf",
      "tinterlace=interleave_top,setfield=tff", "-flags", "+ilme+ildct", "-c:v", "mpeg2video")
    let film = try VideoFile(films.path("tv.mkv"))
    #expect(film.isInterlaced)
    #expect(
      try VideoReader(film).notices == [
        "\(film.path): the film is interlaced, and was deinterlaced"
      ])
  }

  @Test func `high dynamic range is mapped, and its result is ordinary`() throws {
    try films.make(
      "hdr.mkv", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=0.3", "-pix_fmt",
      "yuv420p10le", "-c:v", "libx265", "-x265-params", "log-level=error", "-color_primaries",
      "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc")
    let (outcome, notices) = try films.copy("hdr.mkv", to: "copy.mp4")
    #expect(outcome.frames == 3 && notices.count == 1)
    #expect(
      try films.probe(
        "copy.mp4", "-show_entries", "stream=color_space,color_transfer,color_primaries")
        == ["bt709,bt709,bt709"])
  }

  @Test func `frames that change their size are scaled to the first`() throws {
    for (index, size) in ["64x48", "32x64"].enumerated() {
      try films.make(
        "\(index).h264", "-f", "lavfi", "-i", "testsrc2=size=\(size):rate=10:duration=0.3")
    }
    let both = try ["0", "1"].map { try Data(contentsOf: films.folder.url("\($0).h264")) }
    try (both[0] + both[1]).write(to: films.folder.url("both.h264"))
    let frames = try frames(of: VideoReader(VideoFile(films.path("both.h264"))))
    #expect(frames.count == 6)
    #expect(frames.allSatisfy { $0.image.width == 64 && $0.image.height == 48 })
  }
}
