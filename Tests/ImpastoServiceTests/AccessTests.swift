import Foundation
import ImpastoService
import TestSupport
import Testing

@Suite struct AccessTests {
  private static let token = "0123456789abcdef"

  @Test func `without the token only the page is there`() async throws {
    try await RunningServer.run {
      $0.token = Self.token
    } _: { server in
      for path in ["/", "/studio/main.js", "/healthz", "/readyz"] {
        let found = try await server.client.get(path)
        #expect(found.status == 200, "\(path)")
      }
      for path in ["/api/v1/styles", "/api/v1/jobs", "/metrics", "/api/v1/openapi.json", "/x"] {
        let answer = try await server.client.get(path)
        #expect(answer.status == 401, "\(path)")
        #expect(answer.fields["www-authenticate"] == "Bearer")
        #expect(
          answer.detail
            == "a token is needed: open the link that the service printed, or send it as "
            + "Authorization: Bearer TOKEN")
      }
    }
  }

  @Test func `programs send the token with each request`() async throws {
    try await RunningServer.run {
      $0.token = Self.token
    } _: { server in
      let client = server.client
      let found = try await client.get("/api/v1/styles", ["Authorization": "Bearer \(Self.token)"])
      #expect(found.status == 200)
      for wrong in ["Bearer ", "Bearer \(Self.token)0", "Basic \(Self.token)", Self.token] {
        let refused = try await client.get("/api/v1/styles", ["Authorization": wrong])
        #expect(refused.status == 401)
      }
    }
  }

  @Test func `a browser gets a cookie for the token`() async throws {
    try await RunningServer.run {
      $0.token = Self.token
    } _: { server in
      let refused = try await server.client.post("/api/v1/session", json: ["token": "guess"])
      #expect(refused.status == 401)
      #expect(refused.fields["set-cookie"] == nil)
      let answer = try await server.client.post("/api/v1/session", json: ["token": Self.token])
      #expect(answer.status == 204)
      let cookie = try #require(answer.fields["set-cookie"])
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
      #expect(!cookie.contains(Self.token))
      let pair = String(cookie.prefix { $0 != ";" })
      let found = try await server.client.get("/api/v1/styles", ["Cookie": pair])
      #expect(found.status == 200)
      let denied = try await server.client.get("/api/v1/styles", ["Cookie": "impasto=1"])
      #expect(denied.status == 401)
    }
  }

  @Test func `a token that can be guessed is refused`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("secret\n".utf8, as: "token")
    #expect(throws: ServiceError.unusableToken(file, reason: "holds no token")) {
      try ServiceConfiguration.token(in: file)
    }
    let good = try folder.write("\(Self.token)\n".utf8, as: "good")
    #expect(try ServiceConfiguration.token(in: good) == Self.token)
  }
}
