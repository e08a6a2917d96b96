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

@Test func `pictures that nobody waits for any more are not painted to their end`() async throws {
  try await RunningServer.run { server in
    let client = server.client
    let sent = try await client.post(
      "/api/v1/photos", Data(contentsOf: URL(filePath: RunningServer.photo)), type: "image/jpeg")
    let id = try #require(try sent.json["id"] as? String)
    let body = #"{"photo": "\#(id)", "styles": "great-wave", "size": 1024}"#
    let request = """
      POST /api/v1/stylize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r
      Content-Length: \(body.utf8.count)\r\n\r\n\(body)
      """
    let count = 8
    for _ in 0..<count { try Connection(port: server.port).write(Data(request.utf8)) }
    func answers(_ status: String) async throws -> Int {
      let name = "impasto_requests_total{method=\"POST\",route=\"/api/v1/stylize\",status="
      let lines = try await client.get("/metrics").text.split(separator: "\n")
      return lines.filter { $0.hasPrefix(name + status) }
        .reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }
    while try await answers("") < count { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try await answers("\"499\"") == count)
    // Whoever waits gets the picture.
    let painted = try await client.post(
      "/api/v1/stylize", json: ["photo": id, "styles": "great-wave", "size": 64])
    #expect(painted.status == 200)
  }
}
