import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoVideo
import TestSupport
import Testing

/// Films that are damaged, hostile or stopped midway.
@Suite(.enabled(if: hasFFmpeg, "ffmpeg is not installed"), .serialized)
struct FaultTests {
  let films: Films

  init() throws { films = try Films() }

  private func makeClip(_ name: String, seconds: Double = 2) throws -> String {
    try films.make(
      name, "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=\(seconds)", "-f", "lavfi",
      "-i", "sine=duration=\(seconds)", "-c:v", "libx264", "-g", "5", "-c:a", "aac", "-movflags",
      "faststart")
  }

  @Test(arguments: [
    "-dash.mp4", "concat:a.mp4", "http:--example.com-a.mp4", "new\nline.mp4", "100%d.mp4", "pipe:0",
  ])
  func `any name is that of a file`(name: String) throws {
    try FileManager.default.moveItem(
      atPath: makeClip("a.mp4", seconds: 0.3), toPath: films.path(name))
    let folder = FileManager.default.currentDirectoryPath
    _ = FileManager.default.changeCurrentDirectoryPath(films.folder.path)
    defer { _ = FileManager.default.changeCurrentDirectoryPath(folder) }
    let film = try VideoFile(name)
    #expect(try frames(of: VideoReader(film)).count == 3)
    let writer = try VideoWriter(
      to: "-\(name).mp4", try VideoReader(film).format, original: .init(film, .init()))
    let outcome = try VideoPipeline.run(from: VideoReader(film), to: writer) { $0 }
    #expect(outcome.frames == 3 && FileStatus.exists("-\(name).mp4"))
  }

  @Test func `a playlist of other files is no film`() throws {
    let clip = try makeClip("a.mp4", seconds: 0.3)
    try "ffconcat version 1.0\nfile \(clip)\n".write(
      toFile: films.path("list.mp4"), atomically: true, encoding: .utf8)
    #expect(throws: VideoError.self) { try VideoFile(films.path("list.mp4")) }
  }

  @Test func `what is no film is refused in words`() throws {
    let text = try folder("text.mp4", Array("no film at all".utf8))
    let sound = try films.make("a.m4a", "-f", "lavfi", "-i", "sine=duration=0.2")
    let cases: [(String, VideoError)] = [
      (films.path("missing.mp4"), .file(.missing(path: films.path("missing.mp4")))),
      (films.folder.path, .file(.isDirectory(path: films.folder.path))),
      (try folder("empty.mp4", []), .file(.empty(path: films.path("empty.mp4")))),
      (text, .notFilm(text, reason: "Invalid data found when processing input")),
      (sound, .noVideo(sound)),
    ]
    for (path, error) in cases {
      #expect(throws: error) { try VideoFile(path) }
    }
    #expect(
      VideoError.noVideo("a.m4a").description
        == "a.m4a: the file has no moving pictures; name one that has")
  }

  private func folder(_ name: String, _ bytes: [UInt8]) throws -> String {
    try films.folder.write(bytes, as: name)
  }

  @Test(arguments: ["mp4", "mkv"])
  func `a film that is cut gives what it has, and says where it ends`(container: String) throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: makeClip("whole.\(container)")))
    try whole.prefix(whole.count * 6 / 10).write(to: films.folder.url("cut.\(container)"))
    let (outcome, _) = try films.copy("cut.\(container)", to: "result.mp4")
    guard case .endedEarly(let name, let seconds, _)? = outcome.fault else {
      Issue.record("\(String(describing: outcome.fault))")
      return
    }
    #expect(name == films.path("cut.\(container)"))
    let times = try films.times("result.mp4")
    #expect((3..<20).contains(outcome.frames) && times.count == outcome.frames)
    #expect(abs(seconds - (times.last ?? 0) - 0.1) < 0.01)
    // Sound ends with the pictures.
    let sound = try films.probe(
      "result.mp4", "-select_streams", "a", "-show_entries", "stream=duration")
    #expect((Double(sound[0]) ?? 9) < outcome.seconds + 0.05)
  }

  @Test func `a film that is stopped has all frames so far, and as much sound`() throws {
    _ = try makeClip("a.mp4")
    var count = 0
    let (outcome, _) = try films.copy("a.mp4", to: "b.mp4") {
      count += 1
      return count < 7
    }
    #expect(outcome.isStopped && outcome.frames == 7 && outcome.fault == nil)
    #expect(try films.times("b.mp4").count == 7)
    let durations = try films.probe("b.mp4", "-show_entries", "stream=duration")
    #expect(durations.count == 2)
    for duration in durations { #expect(abs((Double(duration) ?? 0) - 0.7) < 0.05, "\(durations)") }
    #expect(films.folder.names == ["a.mp4", "b.mp4"])
  }

  @Test func `a film that is stopped after its first frame has that`() throws {
    _ = try makeClip("a.mp4")
    let (outcome, _) = try films.copy("a.mp4", to: "b.mp4") { false }
    #expect(outcome.isStopped && outcome.frames == 1)
    #expect(try films.times("b.mp4").count == 1)
  }

  @Test func `a failure of painting leaves what was there`() throws {
    _ = try makeClip("a.mp4")
    try Data([1]).write(to: films.folder.url("b.mp4"))
    #expect(throws: CocoaError.self) {
      let reader = try VideoReader(VideoFile(films.path("a.mp4")))
      let writer = try VideoWriter(to: films.path("b.mp4"), reader.format)
      _ = try VideoPipeline.run(from: reader, to: writer) { frame in
        if frame.time > 0 { throw CocoaError(.userCancelled) }
        return frame
      }
    }
    #expect(try Data(contentsOf: films.folder.url("b.mp4")) == Data([1]))
    #expect(films.folder.names == ["a.mp4", "b.mp4"])
  }

  @Test func `ffmpeg that refuses to write is quoted, and leaves nothing`() throws {
    _ = try makeClip("a.mp4")
    let error = #expect(throws: VideoError.self) {
      try films.copy("a.mp4", to: "b.mp4", .init(), .init(codec: .h264, preset: "hasty"))
    }
    #expect(error?.description.contains("b.mp4: the film cannot be written") == true)
    #expect(films.folder.names == ["a.mp4"])
    #expect(
      throws: VideoError.codecNotInContainer(
        films.path("b.webm"), codec: "h264", container: "webm")
    ) { try films.copy("a.mp4", to: "b.webm", .init(), .init(codec: .h264)) }
    #expect(throws: VideoError.unknownContainer("b.doc")) { try VideoContainer(ofOutput: "b.doc") }
  }

  @Test func `an ffmpeg that is killed while it encodes is reported`() throws {
    _ = try makeClip("a.mp4")
    let error = #expect(throws: VideoError.self) {
      let film = try VideoFile(films.path("a.mp4"))
      let reader = try VideoReader(film)
      let writer = try VideoWriter(to: films.path("b.mp4"), reader.format)
      let interrupt = writer.interruption
      _ = try VideoPipeline.run(from: reader, to: writer) { frame in
        if frame.time > 0 { interrupt() }
        return frame
      }
    }
    guard case .cannotWrite? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(films.folder.names == ["a.mp4"])
  }

  @Test func `a child gets its three streams and nothing else that is open`() throws {
    // Without O_CLOEXEC, as other libraries open files and sockets.
    let descriptor = open("/dev/null", O_RDONLY)
    defer { close(descriptor) }
    let (output, end) = try ChildProcess.run("ls", ["/proc/self/fd"], limit: 1 << 10)
    #expect(end.isSuccess)
    // The last one is the folder that `ls` reads.
    #expect(String(decoding: output, as: UTF8.self) == "0\n1\n2\n3\n")
  }

  @Test func `children end with a process that is killed`() async throws {
    let film = try makeClip("long.mp4", seconds: 30)
    let marker = films.path("children")
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [film = film as String, marker = marker as String] in
      let file = try VideoFile(film)
      let reader = try VideoReader(file)
      let writer = try VideoWriter(
        to: marker + ".mp4", reader.format, original: .init(file, .init()))
      _ = try VideoPipeline.run(from: reader, to: writer) { frame in
        if frame.time > 20_000 {
          try childNumbers().write(toFile: marker, atomically: true, encoding: .utf8)
          kill(getpid(), SIGKILL)
        }
        return frame
      }
    }
    let children = try String(contentsOfFile: marker, encoding: .utf8).split(separator: " ")
      .compactMap { Int32($0) }
    #expect(children.count == 2)
    for _ in 0..<500 where children.contains(where: { kill($0, 0) == 0 && !isZombie($0) }) {
      usleep(20_000)
    }
    for child in children { #expect(kill(child, 0) != 0 || isZombie(child)) }
    // Finished parts of the film would lie there for the next run.
    #expect(films.folder.names == ["children", "children.mp4.parts", "long.mp4"])
  }
}

/// The numbers of the processes that this one has started.
private func childNumbers() throws -> String {
  let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
  return threads.map {
    (try? String(contentsOfFile: "/proc/self/task/\($0)/children", encoding: .utf8)) ?? ""
  }.joined(separator: " ")
}

private func isZombie(_ process: Int32) -> Bool {
  let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
  return status.map { $0.contains(") Z ") } ?? true
}
