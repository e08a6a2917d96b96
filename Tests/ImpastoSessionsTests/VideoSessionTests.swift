import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import ImpastoVideo
import Synchronization
import TestSupport
import Testing

/// Films that are made of a folder of frames, painted, stopped and continued.
@Suite(
  .enabled(
    if: (try? ChildProcess.run("ffmpeg", ["-version"], limit: 1 << 16).end.isSuccess) == true,
    "ffmpeg is not installed"), .serialized)
struct VideoSessionTests {
  private let folder: TemporaryFolder
  private let stylizer: Stylizer

  init() throws {
    folder = try TemporaryFolder()
    try folder.makeModel("m.safetensors")
    let engine = try ComputeSettings(precision: .f32).engine()
    stylizer = Stylizer(
      model: try StyleModel(contentsOf: folder.file("m.safetensors")), backend: engine.backend,
      scalarType: engine.scalarType)
  }

  /// Makes a film of 540 frames, two parts and a rest, with sound.
  private func makeFilm() throws -> VideoFile {
    let (_, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=32x24:rate=30:duration=18"]
        + ["-f", "lavfi", "-i", "sine=duration=18", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        + [folder.file("film.mp4")])
    try #require(end.isSuccess, "\(end.reason)")
    return try VideoFile(folder.file("film.mp4"))
  }

  private func session(
    _ film: VideoFile, _ output: String, style: String = "waves", continues: Bool = false
  ) throws -> VideoSession {
    VideoSession(
      input: .film(film), output: try .init(path: folder.file(output)),
      styles: MixtureTimeline(StyleMixture(style)), continues: continues)
  }

  /// A sum of all decoded frames and their times.
  private func frames(_ name: String) throws -> String {
    let (output, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-i", folder.file(name), "-map", "0:v", "-copyts", "-f", "framemd5", "-"],
      limit: 1 << 20)
    try #require(end.isSuccess, "\(end.reason)")
    return String(decoding: output, as: UTF8.self)
  }

  @Test(arguments: ["mp4", "mkv", "webm"])
  func `a film that was stopped and continued is that of one run`(kind: String) throws {
    let film = try makeFilm()
    let whole = try session(film, "whole.\(kind)")
      .run(stylizer: stylizer, memory: MemoryBudget())
    #expect(whole.film.frames == 540 && !whole.canBeContinued)
    #expect(!folder.names.contains("whole.\(kind).parts"), "the parts are gone")

    let count = Mutex(0)
    let stopped = try session(film, "film-2.\(kind)").run(
      stylizer: stylizer, memory: MemoryBudget(),
      while: { count.withLock { $0 < 300 } },
      progress: { frames in count.withLock { $0 = frames } })
    #expect(stopped.film.isStopped && stopped.canBeContinued)
    #expect(try VideoFile(folder.file("film-2.\(kind)")).duration.map { $0 < 11 } == true)

    var start: VideoSession.Start?
    let rest = try session(film, "film-2.\(kind)", continues: true).run(
      stylizer: stylizer, memory: MemoryBudget(), begin: { start = $0 })
    #expect(start?.earlierFrames == 250 && rest.film.frames == 540)
    #expect(try frames("film-2.\(kind)") == frames("whole.\(kind)"))
    #expect(!folder.names.contains("film-2.\(kind).parts"))
  }

  @Test func `a run is continued with its own settings only`() throws {
    let film = try makeFilm()
    let count = Mutex(0)
    _ = try session(film, "a.mp4").run(
      stylizer: stylizer, memory: MemoryBudget(), while: { count.withLock { $0 < 260 } },
      progress: { frames in count.withLock { $0 = frames } })
    let parts = folder.file("a.mp4.parts")
    #expect(
      throws: VideoError.otherSettings(
        parts, setting: "style", earlier: "waves at 0.0 s", now: "dots at 0.0 s")
    ) {
      try session(film, "a.mp4", style: "dots", continues: true)
        .run(stylizer: stylizer, memory: MemoryBudget())
    }
    #expect(
      VideoError.otherSettings("a.mp4.parts", setting: "style", earlier: "waves", now: "dots")
        .description
        == "a.mp4.parts: the film was begun with another style (waves, now dots); continue it with "
        + "the same, or begin anew")
    try Data("[]".utf8).write(to: folder.url("a.mp4.parts/parts.json"))
    #expect(throws: VideoError.damagedParts(parts, reason: "parts.json")) {
      try session(film, "a.mp4", continues: true).run(stylizer: stylizer, memory: MemoryBudget())
    }
    #expect(
      VideoError.damagedParts("a.mp4.parts", reason: "parts.json").description
        == "a.mp4.parts: parts.json cannot be read, and so the film cannot be continued; begin anew"
    )
  }

  /// Makes a film of plain pictures, one for each level, 10 a second.
  private func makeMask(_ name: String, levels: [Int]) throws -> VideoFile {
    for (index, level) in levels.enumerated() {
      let pixels = [UInt8](repeating: UInt8(level), count: 3 * 16 * 12)
      try Image(width: 16, height: 12, pixels: pixels)
        .write(to: folder.file("\(name)-\(index).png"))
    }
    let (_, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-framerate", "10", "-i", folder.file("\(name)-%d.png"), "-c:v", "ffv1"]
        + [folder.file("\(name).mkv")])
    try #require(end.isSuccess, "\(end.reason)")
    return try VideoFile(folder.file("\(name).mkv"))
  }

  /// The pictures of a film of 4 frames, each painted by itself, with a region of another style.
  private func pictures(
    _ place: FilmRegion.Place?, part: VideoReader.Selection = .init()
  ) throws
    -> [Image]
  {
    let (_, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=32x24:rate=10:duration=0.4"]
        + ["-c:v", "ffv1", folder.file("short.mkv")])
    try #require(end.isSuccess, "\(end.reason)")
    let output = folder.file("frames-\(UUID().uuidString)/")
    let session = VideoSession(
      input: .film(try VideoFile(folder.file("short.mkv"))), output: try .init(path: output),
      selection: part, styles: MixtureTimeline(StyleMixture("waves")),
      regions: place.map { [FilmRegion(place: $0, mixture: StyleMixture("dots"))] } ?? [],
      isSteady: false)
    let outcome = try session.run(stylizer: stylizer, memory: MemoryBudget())
    return try (1...outcome.film.frames).map {
      try Image(contentsOf: output + String(format: "frame-%04d.png", $0))
    }
  }

  @Test func `a film is the mask of a region, moment by moment`() throws {
    let plain = try pictures(nil)
    let covered = try pictures(.still(Mask(width: 1, height: 1, levels: [255])))
    #expect(plain.count == 4 && zip(plain, covered).allSatisfy { $0 != $1 })
    let mask = try makeMask("mask", levels: [255, 0, 0, 255])
    #expect(try pictures(.moving(mask)) == [covered[0], plain[1], plain[2], covered[3]])
    let later = VideoReader.Selection(start: 0.2)
    #expect(try pictures(.moving(mask), part: later) == [plain[2], covered[3]])
  }

  @Test func `a mask that ends before its film is refused`() throws {
    let mask = try makeMask("mask", levels: [255])
    #expect(
      throws: SessionError.shortMask(
        mask.path, seconds: 0.1, of: folder.file("short.mkv"), needed: 0.4)
    ) { try pictures(.moving(mask)) }
    #expect(
      SessionError.shortMask("mask.mp4", seconds: 3.24, of: "holiday.mp4", needed: 10).description
        == "mask.mp4: ends after 3.2 s, and holiday.mp4 is painted up to 10.0 s; a mask lasts as long as "
        + "its film")
    _ = try pictures(.moving(mask), part: .init(duration: 0.1))
  }

  @Test func `the name of the output says what it is`() throws {
    func output(_ path: String) throws -> String { "\(try VideoSession.Output(path: path))" }
    #expect(try output("a.mp4") == "film(\"a.mp4\")" && output("a.gif") == "film(\"a.gif\")")
    #expect(try output("a/") == "folder(\"a/\")" && output("a") == "folder(\"a\")")
    #expect(throws: VideoError.unknownContainer("a.png")) { try output("a.png") }
  }

  @Test func `mixtures change evenly between their times`() throws {
    let (a, b, c) = (StyleMixture("a"), StyleMixture("b"), StyleMixture("c"))
    let way = MixtureTimeline(through: [a, b, c], over: 10)
    #expect(way.seconds == [0, 5, 10])
    #expect(way.mixture(at: -1) == a && way.mixture(at: 5) == b && way.mixture(at: 11) == c)
    #expect(try way.mixture(at: 6.25) == StyleMixture([("b", 0.75), ("c", 0.25)]))
    #expect(MixtureTimeline(b).mixture(at: 3) == b)
  }
}
