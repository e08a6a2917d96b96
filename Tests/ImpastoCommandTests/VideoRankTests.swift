import Foundation
import ImpastoImaging
import ImpastoVideo
import TestSupport
import Testing

/// Films whose frames the ranks of a job paint.
@Suite(.serialized)
struct VideoRankTests {
  let folder: TemporaryFolder
  let program: Program
  let job: Job

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_MODEL": folder.file("m.safetensors")])
    job = try Job(program)
    try folder.makeVariedModel("m.safetensors")
  }

  /// Makes a film with sound of two shots.
  private func makeFilm(_ name: String, seconds: Double) throws {
    let (_, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi"]
        + ["-i", "testsrc=size=40x24:rate=10:duration=\(seconds),negate=enable='gt(t,0.5)'"]
        + ["-f", "lavfi", "-i", "sine=duration=\(seconds)", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        + [folder.file(name)])
    try #require(end.isSuccess, "\(end.reason)")
  }

  /// The digests of all decoded frames and sounds, with their times.
  private func frames(_ name: String) throws -> [UInt8] {
    try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-i", folder.file(name), "-map", "0", "-copyts", "-f", "framemd5", "-"],
      limit: 1 << 22
    ).output
  }

  private let video = ["video", "film.mp4", "--threads", "1"]

  @Test func `ranks paint the film of one process, steadied and from style to style`() throws {
    try makeFilm("film.mp4", seconds: 1.2)
    let styles = ["--through", "great-wave,van-gogh-auvers"]
    let one = try program.run(video + styles + ["-o", "one.mp4", "--json"])
    #expect(one.exitCode == 0, "\(one.errors)")
    for ranks in [1, 3] {
      let outcome = try job.run(ranks, video + styles + ["-o", "\(ranks).mp4", "--json"])
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      #expect(try frames("\(ranks).mp4") == frames("one.mp4"))
      let (json, expected) = (try outcome.json(), try one.json())
      #expect(json["frames"] as? Int == 12)
      #expect(
        json["steadiness"] as? [String: Double] == expected["steadiness"] as? [String: Double])
    }
    #expect(try !frames("one.mp4").isEmpty)
  }

  /// Makes a mask of the film: a stripe that wanders, and is gone for a while.
  private func makeMask(_ name: String) throws {
    let levels = "255*lt(mod(X+8*N,40),16)*not(between(N,2,3))"
    let (_, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "color=size=40x24:rate=5:duration=1.2"]
        + ["-vf", "format=yuv444p,geq=lum='\(levels)':cb=128:cr=128", "-c:v", "ffv1"]
        + [folder.file(name)])
    try #require(end.isSuccess, "\(end.reason)")
  }

  @Test func `ranks paint regions that stay and such as move`() throws {
    try makeFilm("film.mp4", seconds: 1.2)
    try makeMask("mask.mkv")
    let half = (0..<40 * 24).flatMap { [UInt8](repeating: $0 % 40 < 20 ? 255 : 0, count: 3) }
    try Image(width: 40, height: 24, pixels: half).write(to: folder.file("half.png"))
    let arguments = video + ["-s", "great-wave", "--memory", "1GB"]
    let regions = ["--region", "half.png=photo", "--region", "mask.mkv=van-gogh-auvers"]
    #expect(try program.run(arguments + ["-o", "plain.mp4"]).exitCode == 0)
    let one = try program.run(arguments + regions + ["-o", "one.mp4"])
    #expect(one.exitCode == 0, "\(one.errors)")
    let outcome = try job.run(3, arguments + regions + ["-o", "three.mp4"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try frames("three.mp4") == frames("one.mp4"))
    #expect(try frames("one.mp4") != frames("plain.mp4"))
  }

  @Test func `a mask that shows nowhere is named, whichever rank finds it`() throws {
    try makeFilm("film.mp4", seconds: 1.2)
    try makeMask("mask.mkv")
    var pixels = [UInt8](repeating: 0, count: 3 * 400 * 240)
    pixels.replaceSubrange(0..<3, with: [60, 60, 60])
    try Image(width: 400, height: 240, pixels: pixels).write(to: folder.file("faint.png"))
    let arguments =
      video + ["-s", "great-wave", "--region", "mask.mkv=photo", "--region", "faint.png=photo"]
    let one = try program.run(arguments)
    #expect(one.exitCode == 1)
    #expect(one.errors.hasPrefix("error: faint.png: "), "\(one.errors)")
    for _ in 0..<3 {
      let outcome = try job.run(3, arguments)
      #expect(outcome.exitCode == 1)
      #expect(outcome.errors.contains(one.errors), "\(outcome.errors)")
    }
  }

  @Test func `a job that has lost a rank is continued by others, frame for frame`() throws {
    try makeFilm("film.mp4", seconds: 60)
    let arguments = video + ["-s", "great-wave"]
    #expect(try program.run(arguments + ["-o", "whole.mp4"]).exitCode == 0)
    let running = try job.start(2, arguments + ["-o", "a.mp4"])
    while running.process.isRunning, !folder.exists("a.mp4.parts/00002.part") { usleep(2_000) }
    kill(try #require(running.children.last), SIGKILL)
    let killed = try running.finish()
    #expect(killed.exitCode != 0)
    #expect(killed.errors.contains(/process rank 1 with PID \d+ on node \S+ exited on signal 9/))
    // mpirun tells rank 0 to end, which may still finish the film so far.
    let rest = try job.run(3, arguments + ["-o", "a.mp4", "--resume", "--json"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect([250, 500].contains(try rest.json()["earlier_frames"] as? Int))
    #expect(try frames("a.mp4") == frames("whole.mp4"))
    #expect(folder.names == ["a.mp4", "film.mp4", "m.safetensors", "whole.mp4"])
  }

  @Test func `ranks that are told to end leave a film of the frames so far`() throws {
    try makeFilm("film.mp4", seconds: 60)
    let running = try job.start(
      2, video + ["-s", "great-wave", "-o", "a.mp4", "--progress", "json"])
    while running.process.isRunning, try !running.errors.contains(/"done":\d\d/) { usleep(2_000) }
    for rank in running.children { kill(rank, SIGTERM) }
    let outcome = try running.finish()
    #expect(outcome.exitCode != 0)
    let words = outcome.errors.firstMatch(
      of: /error: a\.mp4: interrupted; it has the first (\d+) frame/)
    let count = try #require(words.flatMap { Int($0.1) }, "\(outcome.errors)")
    #expect(try VideoFile(folder.file("a.mp4")).frameCount == count && count < 600)
  }

  @Test func `ranks that would not paint the same are told what differs`() throws {
    try makeFilm("film.mp4", seconds: 0.2)
    let run = video + ["-s", "great-wave", "-o", "a.mp4"]
    let outcome = try job.start([run, run + ["--stroke-size", "2"]]).finish()
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.contains(
        /error: rank 1 on \S+: would not compute the same as rank 0: stroke size is 2.0 and not 1.0;/
      ), "\(outcome.errors)")
    #expect(!folder.exists("a.mp4"))
  }

  @Test(arguments: [
    (
      ["-o", "a.mp4", "--live"],
      "error: --live: one process paints what it can; start it without mpirun\n"
    ),
    (
      ["-o", "-"],
      "error: --output -: mpirun passes no film on; name a file for it, or start it without mpirun\n"
    ),
  ])
  func `streams that only one process can serve are refused`(
    arguments: [String], text: String
  ) throws {
    let outcome = try job.run(2, ["video", "-", "-s", "great-wave"] + arguments)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.components(separatedBy: text).count == 2, "\(outcome.errors)")
  }
}
