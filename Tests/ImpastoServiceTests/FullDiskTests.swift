import Foundation
import ImpastoFiles
import TestSupport
import Testing

@Suite struct FullDiskTests {
  @Test func `a photo for which there is no room is refused in words, and leaves nothing`()
    async throws
  {
    let folder = try TemporaryFolder()
    let data = folder.file("data")
    // No file of more than 1 MiB, as where the disk is full.
    let server = try ServerProcess(data: data, fileLimit: 2048)
    defer { server.end(by: SIGTERM) }
    for path in ["/api/v1/photos", "/api/v1/stylize?style=great-wave"] {
      let answer = try await server.client.post(path, Data(count: 3 << 20), type: "image/jpeg")
      #expect(answer.status == 507)
      #expect(
        answer.detail == """
          the server cannot keep it (File too large); free space on its disk, or ask its operator to
          """)
      #expect(try Directory.names(in: data.appendingPath("incoming")) == [])
    }
    let found = try await server.client.get("/readyz")
    #expect(found.status == 200)
  }
}
