import Foundation

/// A client of HTTP over a socket, which sends every byte that it is told to.
struct Client: Sendable {
  /// An answer.
  struct Answer: Sendable {
    let status: Int
    /// The fields, by their names in small letters; those of several times in one.
    let fields: [String: String]
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as an object of JSON.
    var json: [String: Any] {
      get throws {
        let value = try JSONSerialization.jsonObject(with: body)
        guard let object = value as? [String: Any] else { throw Fault("not an object: \(text)") }
        return object
      }
    }

    /// The words of a problem.
    var detail: String? { (try? json)?["detail"] as? String }
  }

  struct Fault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  let port: Int

  func get(_ path: String, _ fields: [String: String] = [:]) async throws -> Answer {
    try await send("GET", path, fields)
  }

  func delete(_ path: String) async throws -> Answer { try await send("DELETE", path) }

  /// Sends a document of JSON.
  func post(
    _ path: String, json: Any, _ fields: [String: String] = [:]
  ) async throws -> Answer {
    let body = try JSONSerialization.data(withJSONObject: json, options: .fragmentsAllowed)
    return try await send(
      "POST", path, fields.merging(["Content-Type": "application/json"]) { own, _ in own }, body)
  }

  /// Sends the bytes of a file.
  func post(
    _ path: String, _ body: Data, type: String, _ fields: [String: String] = [:]
  ) async throws -> Answer {
    try await send("POST", path, fields.merging(["Content-Type": type]) { own, _ in own }, body)
  }

  /// Sends a request and reads its answer.
  func send(
    _ method: String, _ path: String, _ fields: [String: String] = [:], _ body: Data? = nil
  ) async throws -> Answer {
    var all = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
    if let body { all["Content-Length"] = "\(body.count)" }
    all.merge(fields) { $1 }
    let head = "\(method) \(path) HTTP/1.1\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
    return try await send(Data(head.utf8) + (body ?? Data()))
  }

  /// Sends bytes and reads what is answered until the connection ends.
  func send(_ bytes: Data) async throws -> Answer {
    let connection = try Connection(port: port)
    return try await withCheckedThrowingContinuation { continuation in
      // The threads of tasks are few, and this one waits.
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            connection.write(bytes)
            return try Answer(connection.readToEnd(), isHead: bytes.starts(with: Data("HEAD".utf8)))
          })
      }
    }
  }
}

extension Client.Answer {
  /// Reads the bytes of one answer.
  init(_ bytes: Data, isHead: Bool = false) throws {
    guard let end = bytes.firstRange(of: Data("\r\n\r\n".utf8)) else {
      throw Client.Fault("no answer in \(bytes.count) bytes")
    }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else { throw Client.Fault(lines[0]) }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw Client.Fault(line) }
      let value = parts[1].trimmingCharacters(in: .whitespaces)
      fields.merge([parts[0].lowercased(): value]) { "\($0), \($1)" }
    }
    var body = Data(bytes[end.upperBound...])
    if fields["transfer-encoding"] == "chunked" { body = try Self.joined(body) }
    if !isHead, let length = fields["content-length"], length != "\(body.count)" {
      throw Client.Fault("\(body.count) bytes of \(length)")
    }
    self.init(status: status, fields: fields, body: body)
  }

  private static func joined(_ chunks: Data) throws -> Data {
    var (rest, whole) = (chunks, Data())
    while let end = rest.firstRange(of: Data("\r\n".utf8)) {
      let text = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
      guard let count = Int(text, radix: 16), count <= rest[end.upperBound...].count else {
        throw Client.Fault("a chunk of “\(text)”")
      }
      if count == 0 { return whole }
      whole += rest[end.upperBound...].prefix(count)
      rest = rest[end.upperBound...].dropFirst(count + 2)
    }
    throw Client.Fault("chunks without an end")
  }
}
