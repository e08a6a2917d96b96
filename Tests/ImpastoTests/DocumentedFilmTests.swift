import Foundation
import Impasto
import ImpastoVideo
import Testing

/// The code of doc comments that reads and paints films.
@Suite(
  .enabled(
    if: (try? ChildProcess.run("ffmpeg", ["-version"], limit: 1 << 16).end.isSuccess) == true,
    "ffmpeg is not installed"))
struct DocumentedFilmTests {
  private func makeFolder() throws -> WorkingFolder {
    let folder = try WorkingFolder()
    let (_, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=40x36:rate=10:duration=0.3"]
        + ["-pix_fmt", "yuv420p", folder.path + "/holiday.mp4"])
    try #require(end.isSuccess, "\(end.reason)")
    return folder
  }

  @Test func `a film is painted through a pipeline`() async throws {
    let folder = try makeFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let stylizer = Stylizer(
        model: try StyleModel(contentsOf: "mine.safetensors"),
        backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let film = try VideoFile("holiday.mp4")
      let reader = try VideoReader(film)
      let writer = try VideoWriter(to: "wave.mp4", reader.format, original: .init(film, .init()))
      let outcome = try VideoPipeline.run(from: reader, to: writer) { frame in
        let picture = try stylizer.stylize(frame.image, with: StyleMixture("great-wave"))
        return VideoFrame(image: picture, time: frame.time)
      }

      #expect(outcome.frames == 3)
    }
    #expect(try VideoFile(folder.path + "/wave.mp4").frameCount == 3)
  }

  @Test func `frames are steadied`() async throws {
    let folder = try makeFolder()
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let stylizer = Stylizer(
        model: try StyleModel(contentsOf: "mine.safetensors"),
        backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let frames = [try Image(contentsOf: "photo.jpg"), try Image(contentsOf: "photo.jpg")]
      func show(_ picture: Image) { print("\(picture.width)×\(picture.height)") }
      var steadier = Steadier(threads: 2)
      for frame in frames {
        let painted = try stylizer.stylize(frame, with: StyleMixture("great-wave"))
        show(steadier.steady(painted, of: frame))
      }
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(output.matches(of: /\d+×\d+/).count == 2, "\(output)")
  }

  @Test func `a film is painted by a session`() async throws {
    let folder = try makeFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let stylizer = Stylizer(
        model: try StyleModel(contentsOf: "mine.safetensors"),
        backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let session = VideoSession(
        input: .film(try VideoFile("holiday.mp4")), output: try .init(path: "wave.mp4"),
        styles: MixtureTimeline(StyleMixture("great-wave")))
      let outcome = try session.run(
        stylizer: stylizer, memory: MemoryBudget(),
        begin: { start in print("about \(start.expectedFrames ?? 0) frames") },
        progress: { frames in print("\(frames) painted") })

      #expect(outcome.film.frames == 3)
    }
    #expect(try VideoFile(folder.path + "/wave.mp4").frameCount == 3)
  }

  @Test func `a film is the mask of a region`() async throws {
    let folder = try makeFolder()
    try FileManager.default.copyItem(
      atPath: folder.path + "/holiday.mp4", toPath: folder.path + "/dancer-mask.mp4")
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let stylizer = Stylizer(
        model: try StyleModel(contentsOf: "mine.safetensors"),
        backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let dancer = FilmRegion(
        place: .moving(try VideoFile("dancer-mask.mp4")), mixture: StyleMixture("great-wave"))
      let session = VideoSession(
        input: .film(try VideoFile("holiday.mp4")), output: try .init(path: "wave.mp4"),
        styles: MixtureTimeline(StyleMixture("photo")), regions: [dancer])
      let outcome = try session.run(stylizer: stylizer, memory: MemoryBudget())

      #expect(outcome.film.frames == 3)
    }
  }

  @Test func `a film is described`() async throws {
    let folder = try makeFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let film = try VideoFile("holiday.mp4")
      print(film.width, film.height, film.duration ?? 0)

      #expect((film.width, film.height, film.duration) == (40, 36, 0.3))
    }
  }
}
