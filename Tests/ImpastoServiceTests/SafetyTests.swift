import Foundation
import ImpastoFiles
import ImpastoService
import TestSupport
import Testing

@Suite struct SafetyTests {
  @Test(arguments: ["attacker.example", "attacker.example:8080", "localhost.attacker.example", ""])
  func `a request to another name is refused`(host: String) async throws {
    try await RunningServer.run { server in
      let answer = try await server.client.get("/api/v1/styles", ["Host": host])
      #expect(answer.status == 421)
      #expect(
        answer.detail
          == "Host “\(host)”: not a name of this service; use its address, or start it with "
          + "--allow-host NAME")
    }
  }

  @Test(arguments: ["localhost", "127.0.0.1:1", "[::1]:8080", "192.168.0.7", "studio.example:80"])
  func `addresses and names that are allowed are answered`(host: String) async throws {
    try await RunningServer.run {
      $0.allowedHosts = ["Studio.example"]
    } _: { server in
      let found = try await server.client.get("/healthz", ["Host": host])
      #expect(found.status == 200)
    }
  }

  @Test(arguments: [
    ["Origin": "http://attacker.example"], ["Origin": "null"],
    ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
  ])
  func `pages of other sites can change nothing`(fields: [String: String]) async throws {
    try await RunningServer.run { server in
      for (method, path) in [
        ("POST", "/api/v1/photos"), ("POST", "/api/v1/stylize"), ("POST", "/api/v1/jobs"),
        ("DELETE", "/api/v1/jobs/\(String(repeating: "0", count: 32))"),
      ] {
        let answer = try await server.client.send(method, path, fields)
        #expect(answer.status == 403, "\(method) \(path)")
        #expect(answer.detail == "a page of another site may not ask for this")
      }
    }
  }

  @Test func `the page itself may ask`() async throws {
    try await RunningServer.run { server in
      let origin = "http://127.0.0.1:\(server.port)"
      let answer = try await server.client.post(
        "/api/v1/photos", Data(contentsOf: URL(filePath: RunningServer.photo)),
        type: "image/jpeg", ["Origin": origin, "Sec-Fetch-Site": "same-origin"])
      #expect(answer.status == 201)
    }
  }

  @Test(arguments: [
    "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
  ])
  func `what a form can send is no photo and no settings`(type: String) async throws {
    try await RunningServer.run { server in
      for path in ["/api/v1/photos", "/api/v1/stylize", "/api/v1/session"] {
        let answer = try await server.client.post(path, Data("{}".utf8), type: type)
        #expect(answer.status == 415, "\(path)")
      }
    }
  }

  @Test(arguments: [
    "/studio/../../../etc/passwd", "/studio/%2e%2e/%2e%2e/etc/passwd",
    "/studio/..%2f..%2fREADME.md",
    "/studio/.git/config", "/studio//etc/passwd", "/studio/samples", "/studio/index.html%00.js",
    "/api/v1/samples/..%2findex.html", "/api/v1/samples/..",
  ])
  func `no path leads out of the page's folder`(path: String) async throws {
    try await RunningServer.run { server in
      let answer = try await server.client.get(path)
      #expect(answer.status == 404)
      #expect(!answer.text.contains("root:"))
    }
  }

  @Test func `the header of a picture bounds it before anything is decoded`() async throws {
    try await RunningServer.run { server in
      let answer = try await server.client.post(
        "/api/v1/photos", emptyPNG(width: 30000, height: 30000), type: "image/png",
        ["X-Impasto-Name": "large.png"])
      #expect(answer.status == 413)
      #expect(
        answer.detail
          == "large.png: 30000×30000 pixels, where 256 million in all are read at most; scale the "
          + "picture down")
    }
  }

  @Test func `a length that is too large is refused before the body comes`() async throws {
    try await RunningServer.run { server in
      let head = """
        POST /api/v1/photos HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r
        Content-Length: 99999999999\r\n\r\n
        """
      let answer = try await server.client.send(Data(head.utf8))
      #expect(answer.status == 413)
    }
  }

  @Test func `a body that grows too large is refused while it comes`() async throws {
    try await RunningServer.run { server in
      let piece = Data(repeating: 32, count: 1 << 16)
      let chunk = Data("10000\r\n".utf8) + piece + Data("\r\n".utf8)
      var bytes = Data(
        "POST /api/v1/stylize HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
          .utf8)
      for _ in 0..<8 { bytes += chunk }
      let answer = try await server.client.send(bytes)
      #expect(answer.status == 413)
    }
  }

  @Test func `a photo that grows too large is refused while it comes`() async throws {
    try await RunningServer.run { server in
      let head = """
        POST /api/v1/photos HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r
        Transfer-Encoding: chunked\r\n\r\nd000000\r\n
        """
      let answer = try await server.client.send(Data(head.utf8) + Data(count: 0xD00_0000))
      #expect(answer.status == 413)
      #expect(
        answer.detail
          == "the body is larger than the 200000000 bytes that are read at most; send a smaller file"
      )
    }
  }

  @Test func `a body that breaks off is no failure of the server, and leaves nothing`() async throws
  {
    try await RunningServer.run { server in
      let head = """
        POST /api/v1/photos HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r
        Content-Length: 1000\r\n\r\n
        """
      try Connection(port: server.port).write(Data(head.utf8) + Data(count: 500))
      let counted = "impasto_requests_total{method=\"POST\",route=\"/api/v1/photos\",status="
      var metrics = ""
      while !metrics.contains(counted) {
        try await Task.sleep(for: .milliseconds(20))
        metrics = try await server.client.get("/metrics").text
      }
      #expect(metrics.contains(counted + "\"400\"} 1"))
      #expect(try Directory.names(in: server.data.file("incoming")) == [])
    }
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: localhost\r\nX: \u{1}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
    "\r\n\r\nnonsense\r\n\r\n",
    "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ])
  func `requests that are no HTTP are refused`(text: String) async throws {
    try await RunningServer.run { server in
      let answer = try? await server.client.send(Data(text.utf8))
      #expect(answer == nil || answer?.status == 400, "\(answer?.status ?? 0)")
      let found = try await server.client.get("/healthz")
      #expect(found.status == 200)
    }
  }

  @Test func `a name with line breaks reaches no header`() async throws {
    try await RunningServer.run { server in
      let answer = try await server.client.get("/api/v1/styles/x%0d%0aSet-Cookie:%20a=b")
      #expect(answer.status == 404)
      #expect(answer.fields["set-cookie"] == nil)
    }
  }

  @Test func `answers tell browsers what they may do`() async throws {
    try await RunningServer.run { server in
      let page = try await server.client.get("/")
      #expect(
        page.fields["content-security-policy"]?.hasPrefix("default-src 'none'; script-src 'self'")
          == true)
      let styles = try await server.client.get("/api/v1/styles")
      #expect(
        styles.fields["content-security-policy"]
          == "default-src 'none'; frame-ancestors 'none'; sandbox")
      for answer in [page, styles, try await server.client.get("/nothing")] {
        #expect(answer.fields["x-content-type-options"] == "nosniff")
        #expect(answer.fields["access-control-allow-origin"] == nil)
        #expect(answer.fields["referrer-policy"] == "no-referrer")
      }
    }
  }
}

/// The beginning of a PNG file of this size, without pixels.
private func emptyPNG(width: UInt32, height: UInt32) -> Data {
  func chunk(_ type: String, _ data: Data) -> Data {
    let body = Data(type.utf8) + data
    var sum = UInt32.max
    for byte in body {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return number(UInt32(data.count)) + body + number(~sum)
  }
  func number(_ value: UInt32) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }
  return Data([0x89]) + Data("PNG\r\n\u{1A}\n".utf8)
    + chunk("IHDR", number(width) + number(height) + Data([8, 2, 0, 0, 0]))
    + chunk("IDAT", Data()) + chunk("IEND", Data())
}
