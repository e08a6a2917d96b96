import Foundation
import ImpastoService
import TestSupport
import Testing

@Suite struct JobRouteTests {
  @Test func `a job ends with the picture of the command line`() async throws {
    try await RunningServer.run { server in
      let client = server.client
      let sent = try await client.post(
        "/api/v1/photos", Data(contentsOf: URL(filePath: RunningServer.photo)),
        type: "image/jpeg", ["X-Impasto-Name": "astronaut.jpg"])
      let id = try #require(try sent.json["id"] as? String)
      let request: [String: Any] = [
        "kind": "stylize",
        "settings": ["photo": id, "styles": ["great-wave": 1], "size": 64],
      ]
      let command = try await client.post("/api/v1/command", json: request)
      #expect(
        try command.json["command"] as? String
          == "impasto stylize astronaut.jpg --style great-wave --size 64 -o astronaut-great-wave.png"
      )
      let made = try await client.post("/api/v1/jobs", json: request, ["Idempotency-Key": "one"])
      #expect(made.status == 202)
      let path = try #require(made.fields["location"])
      let again = try await client.post("/api/v1/jobs", json: request, ["Idempotency-Key": "one"])
      #expect(again.fields["location"] == path)

      let events = try await client.get("\(path)/events")
      #expect(events.fields["content-type"] == "text/event-stream; charset=utf-8")
      #expect(events.text.contains("\nevent: end\n"))
      let job = try await client.get(path).json
      #expect(job["state"] as? String == "done")
      let result = try await client.get("\(path)/result")
      #expect(
        result.fields["content-disposition"]
          == "attachment; filename*=UTF-8''astronaut-great-wave.png")

      let folder = try TemporaryFolder()
      let picture = folder.file("expected.png")
      let outcome = try Program(folder: folder).run(
        "stylize", RunningServer.photo, "--style", "great-wave", "--size", "64", "-o", picture,
        "--model", RunningServer.model)
      #expect(outcome.exitCode == 0)
      #expect(try result.body == Data(contentsOf: URL(filePath: picture)))

      #expect(try await client.delete(path).status == 204)
      #expect(try await client.get(path).status == 404)
      #expect(try await client.delete(path).status == 204)
    }
  }

  @Test func `a full queue says when to ask again`() async throws {
    try await RunningServer.run { server in
      let client = server.client
      let sent = try await client.post(
        "/api/v1/photos", Data(contentsOf: URL(filePath: RunningServer.photo)), type: "image/jpeg")
      let photo = try #require(try sent.json["id"] as? String)
      let request: [String: Any] = [
        "kind": "interpolate",
        "settings": ["photo": photo, "through": ["great-wave", "photo"], "frames": 9999],
      ]
      // One is at work, and the others wait.
      for _ in 0...100 {
        let accepted = try await client.post("/api/v1/jobs", json: request)
        #expect(accepted.status == 202)
      }
      let refused = try await client.post("/api/v1/jobs", json: request)
      #expect(refused.status == 429 && refused.fields["retry-after"] == "30")
      #expect(refused.detail == "100 jobs wait already, as many as may; ask again in 30 s")
    }
  }
}
