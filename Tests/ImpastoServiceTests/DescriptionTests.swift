import Foundation
import ImpastoFiles
import ImpastoService
import TestSupport
import Testing

@Suite struct DescriptionTests {
  @Test func `the description has every route, and no other`() throws {
    let data = try TemporaryFolder()
    let server = try StudioServer(
      ServiceConfiguration(
        models: [RunningServer.model], data: data.path, page: RunningServer.page,
        program: Program.path(of: "impasto")))
    let document = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: RunningServer.page.appendingPath("openapi.json"))))
    let paths = try #require((document as? [String: Any])?["paths"] as? [String: [String: Any]])
    let described = paths.flatMap { path, methods in
      methods.keys.map { "\($0.uppercased()) \(path)" }
    }
    #expect(server.endpoints.subtracting(described) == ["GET /studio/**"])
    #expect(Set(described).subtracting(server.endpoints) == [])
  }
}
