import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

@Suite struct DocumentedRequestTests {
  /// The lines for a shell in `Docs/Service.md` after the one that starts the service.
  private static func script() throws -> String {
    let page = RunningServer.repository.appendingPath("Docs/Service.md")
    let text = String(decoding: try FileContents.read(page), as: UTF8.self)
    let blocks = text.matches(of: /```sh\n([^`]*)```/).map { String($0.1) }
    return blocks.filter { !$0.hasPrefix("impasto serve") }.joined()
  }

  @Test func `the lines of the page about the service do what it says`() async throws {
    try await RunningServer.run { server in
      let folder = try TemporaryFolder()
      _ = try folder.write(FileContents.read(RunningServer.photo), as: "photo.jpg")
      let script = try Self.script().replacing(":8080", with: ":\(server.port)")
      let shell = Program(folder: folder, executable: "/bin/sh")
      let outcome = try shell.run("-euc", script)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("{\"command\":\"impasto stylize photo"))
      for name in ["wave.jpg", "blend.jpg"] {
        let picture = try Image(contentsOf: folder.file(name))
        #expect(max(picture.width, picture.height) == 480, "\(name)")
      }
      #expect(try Image(contentsOf: folder.file("large.png")).width == 512)
    }
  }
}
