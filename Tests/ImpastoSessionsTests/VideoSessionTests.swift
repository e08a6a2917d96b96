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
