import Foundation
import TestSupport
import Testing

/// The commands of Docs/GettingStarted.md, run in order in one folder as a reader runs them in a clone.
struct TutorialTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func `every step of the tutorial leaves the results that it names`() throws {
    let folder = try TemporaryFolder()
    for name in ["Docs", "Styles", "Checkpoints"] {
      try FileManager.default.createSymbolicLink(
        at: folder.url(name), withDestinationURL: Self.root.appending(path: name))
    }
    try folder.installLossNetwork()
    let text = try String(
      contentsOf: Self.root.appending(path: "Docs/GettingStarted.md"), encoding: .utf8)
    // Building, and a download, are left out.
    let blocks = text.matches(of: /\n```\n((?:impasto|mkdir) [^`]*)```\n/).map { String($0.1) }
      .filter { !$0.hasPrefix("impasto weights") }
    try #require(blocks.count == 8)
    let programs = URL(filePath: Program.path(of: "impasto")).deletingLastPathComponent().path
    let shell = Program(
      folder: folder, executable: "/bin/bash",
      environment: ["PATH": "\(programs):/usr/bin:/bin", "IMPASTO_CACHE": folder.file("cache")])
    for block in blocks {
      // Of learning a style a few small steps are tested.
      let commands = block.replacing("--steps 60", with: "--steps 3 --blend-steps 1")
        .replacing("--image-size 128", with: "--image-size 32 --style-size 32")
      let outcome = try shell.run("-e", "-c", commands)
      #expect(outcome.exitCode == 0, "\(block)\(outcome.errors)")
    }
    for match in text.matches(of: /(?:-o|--output) (\S+)/) {
      #expect(FileManager.default.fileExists(atPath: folder.file(String(match.1))), "\(match.1)")
    }
    let stylised = try FileManager.default.contentsOfDirectory(atPath: folder.file("stylised"))
    #expect(stylised.count { $0 != "manifest.jsonl" } == 4)
    #expect(FileManager.default.fileExists(atPath: folder.file("learned.training/report.html")))
    let cats = try ["my-cat.png", "shared-cat.png"].map { try Data(contentsOf: folder.url($0)) }
    #expect(cats[0] == cats[1])
  }
}
