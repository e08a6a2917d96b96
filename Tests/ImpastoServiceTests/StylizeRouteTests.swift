import Foundation
import ImpastoImaging
import ImpastoService
import Testing

@Test func `a photo that is sent is painted at once`() async throws {
  try await RunningServer.run { server in
    let sent = try await server.client.post(
      "/api/v1/photos", Data(contentsOf: URL(filePath: RunningServer.photo)), type: "image/jpeg")
    #expect(sent.status == 201)
    let photo = try sent.json
    #expect(photo["width"] as? Int == 512)
    let id = try #require(photo["id"] as? String)
    #expect(sent.fields["location"] == "/api/v1/photos/\(id)")

    let painted = try await server.client.post(
      "/api/v1/stylize", json: ["photo": id, "styles": ["great-wave": 1], "size": 64])
    #expect(painted.status == 200)
    #expect(painted.fields["content-type"] == "image/jpeg")
    let picture = try Image(encoded: painted.body, name: "answer")
    #expect(picture.width == 64)
  }
}
