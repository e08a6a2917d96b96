import Foundation
import ImpastoFiles
import ImpastoService
import TestSupport
import Testing

@Suite struct AddedStyleTests {
  /// A program that finds a loss network which a formula makes.
  private static func program(in folder: TemporaryFolder) throws -> String {
    try Directory.make(folder.file("cache"))
    try FormulaLossNetwork.write(to: folder.file("cache/vgg19.safetensors"))
    let script = """
      #!/bin/sh
      export IMPASTO_CACHE='\(folder.file("cache"))'
      exec '\(Program.path(of: "impasto"))' "$@"

      """
    let program = try folder.write(script.utf8, as: "impasto")
    chmod(program, 0o755)
    return program
  }

  private static func settings(_ fixture: QueueFixture, steps: Int) async throws -> JobSettings {
    var content: [Identifier] = []
    for number in 0..<3 {
      content.append(
        try await QueueFixture.addPhoto(
          to: fixture.data, width: 70 + number, height: 64, name: "\(number).png"))
    }
    return try fixture.settings(
      """
      {"kind": "add-style", "settings": {"painting": "\(fixture.photo)", "name": "mine",
      "title": "A Test", "content": [\(content.map { "\"\($0)\"" }.joined(separator: ","))],
      "steps": \(steps), "imageSize": 32, "batchSize": 1}}
      """)
  }

  @Test func `a style is learned, told of and kept`() async throws {
    let folder = try TemporaryFolder()
    let fixture = try await QueueFixture(program: try Self.program(in: folder))
    let job = try await fixture.queue.submit(try await Self.settings(fixture, steps: 50)).job
    let stream = try #require(try await fixture.queue.events(of: job.id))
    try await fixture.queue.start()
    var (names, losses): (Set<String>, [[Double]]) = ([], [])
    for await event in stream {
      names.insert(event.name)
      if let job = event.data as? ImpastoService.Job { losses = job.losses ?? losses }
    }
    let done = try await fixture.queue.job(job.id)
    #expect(try done?.problem?.detail == nil)
    #expect(done?.state == .done && done?.result?.name == "mine.safetensors")
    #expect(names == ["progress", "preview", "end"])
    #expect(losses.last?.first == 50)
    #expect(fixture.queue.preview(of: job.id, number: 1) != nil)
    // The style is known from now on, also to jobs.
    let painted = try await fixture.queue.submit(fixture.stylize(style: "mine")).job
    #expect(try await fixture.end(of: painted.id)?.state == .done)
  }

  @Test func `a training that is stopped early keeps what it has learned`() async throws {
    let folder = try TemporaryFolder()
    let fixture = try await QueueFixture(program: try Self.program(in: folder))
    try await fixture.queue.start()
    let job = try await fixture.queue.submit(try await Self.settings(fixture, steps: 1_000_000)).job
    try await fixture.progress(of: job.id)
    try await fixture.queue.finish(job.id)
    try await fixture.queue.finish(job.id)
    let done = try await fixture.end(of: job.id)
    #expect(try done?.problem?.detail == nil)
    #expect(done?.state == .done && done?.result?.name == "mine.safetensors")
  }
}
