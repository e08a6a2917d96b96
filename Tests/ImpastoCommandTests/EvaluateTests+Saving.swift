import Foundation
import TestSupport
import Testing

/// What an evaluation writes on its way, and when it is stopped.
extension EvaluateTests {
  @Test func `files are written after the first photo and at the end, and seldom between`() throws {
    try folder.installLossNetwork()
    for index in 10..<40 {
      try folder.makePhoto("photos/\(index).png", width: 64, height: 64)
    }
    let watch = try FolderWatch(folder.path)
    let begun = ContinuousClock.now
    let outcome = try program.run(small + ["-o", "all.json", "--report", "page.html"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let between = Int((ContinuousClock.now - begun) / .seconds(30))
    let names = try watch.appearances()
    for name in ["all.json", "page.html"] {
      let count = names.filter { $0 == name }.count
      #expect((2...2 + between).contains(count), "\(name) was written \(count) times")
    }
  }

  @Test func `an optimisation stopped by Ctrl-C leaves the photos measured and says how many`()
    throws
  {
    try folder.installLossNetwork()
    let running = try program.start(
      small + ["--photos", "1", "--against", "optimize:1000", "--verbose", "-o", "part.json"])
    while running.process.isRunning, !folder.exists("part.json") { usleep(10_000) }
    running.process.interrupt()
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGINT)
    #expect(outcome.output.hasSuffix("\npart.json\n"))
    #expect(
      outcome.errors.hasSuffix("stopped after 1 photo of 1 and 0 optimisations of 4\n"),
      "\(outcome.errors)")
    let text = try Data(contentsOf: folder.url("part.json"))
    let result = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    #expect(result["photo_count"] as? Int == 1 && result["is_finished"] as? Bool == false)
  }

  @Test func `an evaluation stopped by Ctrl-C tells what was measured`() throws {
    try folder.installLossNetwork()
    for index in 10..<60 {
      try folder.makePhoto("photos/\(index).png", width: 64, height: 64)
    }
    let large = small.filter {
      $0 != "32" && $0 != "64" && $0 != "--image-size" && $0 != "--style-size"
    }
    let running = try program.start(large + ["-o", "part.json"])
    while running.process.isRunning, !folder.exists("part.json") { usleep(10_000) }
    running.process.interrupt()
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGINT)
    #expect(outcome.output.hasSuffix("\npart.json\n"))
    let text = try Data(contentsOf: folder.url("part.json"))
    let result = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    let count = try #require(result["photo_count"] as? Int)
    #expect((1..<54).contains(count) && result["is_finished"] as? Bool == false)
    #expect(
      outcome.errors.contains("stopped after \(count) photo\(count == 1 ? "" : "s") of 54\n"),
      "\(outcome.errors)")
  }

  @Test func `stopped before the first photo it leaves alone what was there`() throws {
    try folder.installLossNetwork()
    let styles = (1...30).map { "style-\($0)" }
    try folder.makeModel("network.safetensors", styles: styles)
    for style in styles { try folder.makePhoto("Styles/\(style).png", width: 64, height: 64) }
    try Data("kept".utf8).write(to: folder.url("all.json"))
    let running = try program.start(small + ["-o", "all.json"])
    while running.process.isRunning, try !running.errors.contains("photos of one grey") {
      usleep(1_000)
    }
    running.process.interrupt()
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGINT && outcome.output.isEmpty)
    #expect(
      outcome.errors.hasSuffix("error: photos: interrupted; nothing was written\n"),
      "\(outcome.errors)")
    #expect(try Data(contentsOf: folder.url("all.json")) == Data("kept".utf8))
  }
}
