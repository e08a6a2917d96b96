import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoVideo
import TestSupport
import Testing

/// `impasto video`, with films that ffmpeg makes.
@Suite(
  .enabled(
    if: (try? ChildProcess.run("ffmpeg", ["-version"], limit: 1 << 16).end.isSuccess) == true,
    "ffmpeg is not installed"), .serialized)
struct VideoTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_MODEL": folder.file("m.safetensors")])
    try folder.makeVariedModel("m.safetensors")
  }

  private func makeFilm(_ name: String, size: String = "40x24", seconds: Double = 0.6) throws {
    let (_, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=\(size):rate=10:duration=\(seconds)"]
        + ["-f", "lavfi", "-i", "sine=duration=\(seconds)", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        + [folder.file(name)])
    try #require(end.isSuccess, "\(end.reason)")
  }

  /// Paints each frame of a film by itself.
  private func paintFrames(_ arguments: [String]) throws -> Program.Outcome {
    try program.run(["video", "--steady", "off"] + arguments)
  }

  @Test func `a film goes beside its original, with its frames and sound`() throws {
    try makeFilm("a.mov")
    let outcome = try program.run("video", "a.mov", "--style", "great-wave")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0] == "great-wave 1")
    #expect(lines[1].hasPrefix("a.mov → a-great-wave.mov  6 frames of 40×24  "))
    let result = try VideoFile(folder.file("a-great-wave.mov"))
    #expect((result.width, result.height, result.frameCount) == (40, 24, 6))
    #expect(result.otherStreams.map(\.codec) == ["aac"])
  }

  @Test func `frames are those that stylize paints, through every way in and out`() throws {
    try makeFilm("a.mp4")
    #expect(try paintFrames(["a.mp4", "-s", "photo", "-o", "in/"]).exitCode == 0)
    // The model's photo row is none in truth; what counts is that frames come back as pictures.
    let photos = (1...6).map { "frame-000\($0).png" }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("in")).sorted() == photos)
    for output in [["-o", "out"], ["--codec", "ffv1", "-o", "a.mkv"]] {
      let outcome = try paintFrames(["in", "-s", "great-wave", "--strength", "0.5"] + output)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    let reader = try VideoReader(VideoFile(folder.file("a.mkv")))
    for (index, photo) in photos.enumerated() {
      let alone = try program.run(
        "stylize", "in/\(photo)", "-s", "great-wave", "--strength", "0.5", "-o", "alone.png")
      #expect(alone.exitCode == 0)
      let picture = try Image(contentsOf: folder.file("alone.png"))
      #expect(try Image(contentsOf: folder.file("out/\(photo)")) == picture)
      let frame = try #require(try reader.next())
      #expect(
        frame.image == picture && frame.time == index * reader.format.timeBase.denominator / 25)
    }
  }

  @Test func `the style changes over the film`() throws {
    try makeFilm("a.mp4", seconds: 0.5)
    let outcome = try paintFrames(
      ["a.mp4", "--through", "great-wave,van-gogh-auvers", "--times", "0.1,0.3", "-o", "m/"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("great-wave → van-gogh-auvers\n"))
    for (style, name) in [("great-wave", "first/"), ("van-gogh-auvers", "last/")] {
      #expect(try paintFrames(["a.mp4", "-s", style, "-o", name]).exitCode == 0)
    }
    func frame(_ number: Int, _ name: String) throws -> Image {
      try Image(contentsOf: folder.file("\(name)/frame-000\(number).png"))
    }
    for number in 1...2 { #expect(try frame(number, "m") == frame(number, "first")) }
    for number in 4...5 { #expect(try frame(number, "m") == frame(number, "last")) }
    #expect(try frame(3, "m") != frame(3, "first") && frame(3, "m") != frame(3, "last"))
  }

  @Test func `a stream goes in and out, and its frames keep their times`() throws {
    try makeFilm("a.mp4")
    let (_, end) = try ChildProcess.run(
      "ffmpeg", ["-v", "error", "-i", folder.file("a.mp4"), "-an", folder.file("a.nut")])
    #expect(end.isSuccess)
    let output = folder.file("out.nut")
    try Data().write(to: folder.url("out.nut"))
    let outcome = try program.run(
      ["video", "-", "-s", "great-wave", "-o", "-"],
      input: Data(contentsOf: folder.url("a.nut")),
      output: FileHandle(forWritingTo: folder.url("out.nut")))
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("standard input → standard output  6 frames of 40×24"))
    var reader = try #require(try NUTReader(open(output, O_RDONLY), name: output))
    var times: [Double] = []
    while let frame = try reader.next() {
      times.append(Double(frame.time) * reader.format.timeBase.value)
    }
    #expect(times.count == 6)
    for (index, time) in times.enumerated() { #expect(abs(time - Double(index) / 10) < 0.001) }
    #expect(!outcome.errors.contains("warning"))
    let film = try program.run(
      ["video", "-", "-s", "great-wave", "-o", "b.mp4"],
      input: Data(contentsOf: folder.url("a.nut")), output: .nullDevice)
    #expect(film.exitCode == 0)
    #expect(
      film.errors.contains(
        "warning: standard input: only the pictures of a stream are painted; sound and subtitles are kept "
          + "of a film in a file"), "\(film.errors)")
  }

  /// The outcome of painting `long.mp4` until Ctrl-C comes, some microseconds after the program expects it.
  private func interrupted(after delay: UInt32) throws -> Program.Outcome {
    let running = try program.start(["video", "long.mp4", "-s", "great-wave", "-o", "a.mp4"])
    while running.process.isRunning, !running.catches(SIGINT) { usleep(10_000) }
    usleep(delay)
    running.send(SIGINT)
    return try running.finish()
  }

  @Test func `a film that is interrupted has all frames so far`() throws {
    try makeFilm("long.mp4", size: "96x64", seconds: 90)
    // A busy machine may need longer for the first frame.
    var outcome = try interrupted(after: 700_000)
    for delay: UInt32 in [2_000_000, 6_000_000, 18_000_000]
    where outcome.errors.contains("nothing was written") {
      outcome = try interrupted(after: delay)
    }
    #expect(outcome.exitCode == 130)
    let words = outcome.errors.firstMatch(
      of: /error: a\.mp4: interrupted; it has the first (\d+) frame/)
    let count = try #require(words.flatMap { Int($0.1) }, "\(outcome.errors)")
    let film = try VideoFile(folder.file("a.mp4"))
    #expect(film.frameCount == count && count < 900)
    // What was finished stays for --resume.
    let isContinued = outcome.errors.contains("; the same command with --resume paints the rest")
    #expect(isContinued == (count >= 250))
    #expect(
      folder.names
        == (isContinued ? ["a.mp4", "a.mp4.parts"] : ["a.mp4"]) + ["long.mp4", "m.safetensors"])
  }

  @Test func `a film whose painting was killed is continued after its last finished part`() throws {
    try makeFilm("long.mp4", seconds: 120)
    let arguments = ["video", "long.mp4", "-s", "great-wave"]
    #expect(try program.run(arguments + ["-o", "whole.mp4"]).exitCode == 0)
    let running = try program.start(arguments + ["-o", "a.mp4"])
    let manifest = folder.url("a.mp4.parts/parts.json")
    var starts: [Int] = []
    while running.process.isRunning, starts.isEmpty {
      usleep(2_000)
      let json = (try? Data(contentsOf: manifest)).flatMap {
        try? JSONSerialization.jsonObject(with: $0) as? [String: Any]
      }
      starts = json?["starts"] as? [Int] ?? []
    }
    running.send(SIGKILL)
    _ = try running.finish()
    #expect(folder.names.contains("a.mp4.parts") && !folder.names.contains("a.mp4"))
    let outcome = try program.run(arguments + ["-o", "a.mp4", "--resume", "--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let json = try outcome.json()
    #expect(json["frames"] as? Int == 1200)
    #expect([250, 500, 750].contains(json["earlier_frames"] as? Int))
    func frames(_ name: String) throws -> [UInt8] {
      try ChildProcess.run(
        "ffmpeg",
        ["-v", "error", "-i", folder.file(name), "-map", "0", "-copyts", "-f", "framemd5", "-"],
        limit: 1 << 22
      ).output
    }
    #expect(try frames("a.mp4") == frames("whole.mp4") && !frames("a.mp4").isEmpty)
    #expect(folder.names == ["a.mp4", "long.mp4", "m.safetensors", "whole.mp4"])
  }

  @Test func `the result as JSON`() throws {
    try makeFilm("a.mp4")
    let outcome = try program.run(
      "video", "a.mp4", "-s", "great-wave", "-o", "a.gif", "--size", "32", "--from", "0:0.2",
      "--json")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let json = try outcome.json()
    #expect(json["frames"] as? Int == 4 && json["width"] as? Int == 32)
    #expect(
      json["warnings"] as? [String] == ["a.gif: left out: sound (aac), which gif does not take"])
    for key in [
      "decode_seconds", "paint_seconds", "steady_seconds", "encode_seconds", "total_seconds",
      "frames_per_second",
    ] {
      #expect((json[key] as? Double ?? -1) > 0, "\(key)")
    }
    let steadiness = try #require(json["steadiness"] as? [String: Double])
    #expect(steadiness.keys.sorted() == ["steady_change", "unsteady_change"])
    let off = try program.run(
      "video", "a.mp4", "-s", "great-wave", "-o", "b.gif", "--steady", "off", "--json"
    ).json()
    #expect(off["steadiness"] == nil && off["steady_seconds"] as? Double == 0)
  }

  @Test(arguments: [
    (
      ["-", "-s", "great-wave", "-o", "a.mp4", "--resume"],
      "--resume: a film on standard input cannot be read again"
    ),
    (
      ["a.mp4", "-s", "great-wave", "-o", "a.gif", "--resume"],
      "--resume: only .mp4, .mov, .mkv and .webm films are written in parts; leave it out"
    ),
    (["a.mp4"], "name the style with --style, or the way from style to style with --through"),
    (
      ["a.mp4", "-s", "great-wave", "-o", "a.mp4"],
      "a.mp4 would be written over the film; name another --output"
    ),
    (
      ["a.mp4", "-s", "great-wave", "-o", "a.xyz"],
      "--output a.xyz: the extension does not name a kind of film to write; end the name in .mp4, "
        + ".mov, .mkv, .webm or .gif, or in / for a folder of frames"
    ),
    (
      ["a.mp4", "-s", "great-wave", "--fps", "24"],
      "--fps: the frames of a film keep their times; only a folder needs them"
    ),
    (
      ["a.mp4", "-s", "great-wave", "--codec", "h264", "-o", "a.webm"],
      "--codec: a.webm: webm films are not written with h264; choose another codec, or end the name in "
        + ".mkv, which takes all"
    ),
    (
      ["a.mp4", "-s", "great-wave", "--crf", "60"],
      "--crf 60: expected a number from 0 to 51 for h264"
    ),
    (
      ["a.mp4", "-s", "great-wave", "--preset", "fast", "-o", "a.webm"],
      "--preset fast: vp9 has no presets; leave it out, or choose h264 or h265"
    ),
    (
      ["a.mp4", "-s", "great-wave", "--crf", "20", "-o", "a.gif"],
      "--codec, --crf and --preset: only .mp4, .mov, .mkv and .webm films have them; leave them out"
    ),
    (["-", "-s", "great-wave"], "- gives the result no name; name it with --output"),
    (
      ["a.mp4", "--through", "great-wave,photo", "--times", "1"],
      "--times 1: expected 2 times, one for each style, such as 0,12.5,1:30"
    ),
    (
      ["a.mp4", "-s", "great-wave", "--live"],
      "--live: only a film on standard input, -, can be live"
    ),
  ])
  func `a mistake is named with its remedy`(arguments: [String], words: String) throws {
    try makeFilm("a.mp4", seconds: 0.2)
    let outcome = try program.run(["video"] + arguments)
    #expect(outcome.exitCode == 64 && outcome.errors.contains("\(words)\n"), "\(outcome.errors)")
    #expect(folder.names == ["a.mp4", "m.safetensors"])
  }

  @Test func `a missing ffmpeg is said in one sentence`() throws {
    try makeFilm("a.mp4", seconds: 0.2)
    let bare = Program(
      folder: folder,
      environment: ["IMPASTO_MODEL": folder.file("m.safetensors"), "PATH": folder.path])
    let outcome = try bare.run("video", "a.mp4", "-s", "great-wave")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: ffprobe is not installed, and films are read and written with it; install it with \
        `sudo apt-get install ffmpeg`

        """)
  }

  @Test func `frames that are too small are refused in words`() throws {
    try makeFilm("a.mp4", size: "14x14", seconds: 0.2)
    let outcome = try program.run("video", "a.mp4", "-s", "great-wave")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.contains("a.mp4: the picture is 14×14 pixels, and 16×16 is the least"),
      "\(outcome.errors)")
    #expect(folder.names == ["a.mp4", "m.safetensors"])
  }
}
