import Foundation
import TestSupport
import Testing

@Suite struct ProgressLineTests {
  private let folder: TemporaryFolder
  private let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareAdding()
  }

  @Test func `progress as JSON tells the share of the work and the losses`() throws {
    let outcome = try program.run(
      ["add-style", "styles/poppies.jpg", "--content", "photos", "--model", "model.safetensors"]
        + Training.small + [
          "-o", "new.safetensors", "--steps", "2", "--blend-steps", "0", "--progress", "json",
        ])
    #expect(outcome.exitCode == 0)
    let lines = try outcome.errors.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let last = try #require(lines.last { $0["done"] != nil })
    #expect(last["done"] as? Int == 2 && last["total"] as? Int == 2)
    #expect(last["share"] as? Double == 1)
    #expect(last["loss"] as? Double ?? 0 > 0)
    #expect(lines.last?["picture"] as? String == "new.training/sheet-000002.png")
    #expect(folder.exists("new.training/sheet-000002.png"))
  }

  @Test func `progress as JSON shows the bands of a picture`() throws {
    try folder.makePhoto("photo.png", width: 300, height: 400)
    let outcome = try program.run(
      "stylize", "photo.png", "--style", "dots", "--model", "model.safetensors", "-o", "out.png",
      "--threads", "1", "--progress", "json")
    let last = outcome.errors.split(separator: "\n").last ?? ""
    #expect(last.contains(/^\{"done":(\d+),"share":1,"status":"bands of photo.png","total":\1\}$/))
  }

  @Test func `the program ends with the one that reads its progress`() throws {
    try folder.makePhoto("photo.png", width: 64, height: 64)
    let process = Process()
    process.executableURL = URL(filePath: program.executable)
    process.arguments = [
      "interpolate", folder.file("photo.png"), "--through", "dots,waves", "--frames", "9999",
      "--model", folder.file("model.safetensors"), "-o", folder.file("frames"), "--progress",
      "json",
    ]
    let pipe = Pipe()
    (process.standardError, process.standardOutput) = (pipe, FileHandle.nullDevice)
    try process.run()
    let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    #expect(line.hasPrefix(#"{"done":0,"share":0,"status":"dots","total":9999}"#))
    try pipe.fileHandleForReading.close()
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL)
  }

  @Test func `progress that nobody is to see is refused`() throws {
    let outcome = try program.run(
      "stylize", "photo.png", "--style", "dots", "--quiet", "--progress", "json")
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: --quiet and --progress json exclude each other\n"))
  }
}
