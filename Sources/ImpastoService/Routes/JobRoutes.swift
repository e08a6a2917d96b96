import Foundation
import HTTPTypes
import Hummingbird
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions

/// Work that takes longer than a request.
struct JobRoutes: Sendable {
  /// The most bytes of an idempotency key.
  private static let keyLimit = 200
  /// The most jobs of a list.
  private static let listLimit = 200

  let jobs: JobQueue
  let photos: HeldPhotos

  var routes: [Route] {
    [
      .post("/api/v1/jobs") { request, _ in
        let key = try key(of: request)
        let settings = try await JSONBody.decode(JobSettings.self, from: request)
        let (job, _) = try await jobs.submit(settings, idempotencyKey: key)
        return .json(
          job, status: .accepted, headers: [.location: "/api/v1/jobs/\(job.id)"])
      },
      .get("/api/v1/jobs") { request, _ in
        let limit = try request.queryNumber("limit") ?? 50
        try SessionError.check("limit", limit, 1...Self.listLimit)
        let (newest, next) = try await jobs.jobs(
          before: try request.queryNumber("before"), limit: limit)
        return .json(JobList(jobs: newest, next: next))
      },
      .get("/api/v1/jobs/{id}") { _, context in .json(try await job(context)) },
      .delete("/api/v1/jobs/{id}") { _, context in
        try await jobs.remove(try context.identifier(of: "job"))
        return Response(status: .noContent)
      },
      .post("/api/v1/jobs/{id}/finish") { _, context in
        .json(try await jobs.finish(try context.identifier(of: "job")), status: .accepted)
      },
      .get("/api/v1/jobs/{id}/events") { request, context in
        let job = try await job(context)
        let last = request.field("Last-Event-ID").flatMap { Int($0) }
        guard let events = try await jobs.events(of: job.id, after: last) else {
          throw ServiceError.unknown(kind: "job", id: "\(job.id)")
        }
        return .events(events)
      },
      .get("/api/v1/jobs/{id}/result") { request, context in try await result(request, context) },
      .get("/api/v1/jobs/{id}/preview") { request, context in
        let id = try context.identifier(of: "job")
        guard let number = try request.queryNumber("n"),
          let file = jobs.preview(of: id, number: number)
        else { throw ServiceError.unknown(kind: "preview", id: "\(id)") }
        return try await .file(file, type: "image/png", for: request, context: context)
      },
      .post("/api/v1/command") { request, _ in
        let settings = try await JSONBody.decode(JobSettings.self, from: request)
        return .json(["command": try await jobs.command(for: settings)])
      },
    ]
  }

  private struct JobList: Encodable {
    let jobs: [Job]
    let next: Int?

    private enum Key: CodingKey {
      case jobs, next
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(jobs, forKey: .jobs)
      try container.encode(next, forKey: .next)
    }
  }

  private func key(of request: Request) throws(ServiceError) -> String? {
    guard let key = request.field("Idempotency-Key") else { return nil }
    guard (1...Self.keyLimit).contains(key.utf8.count) else {
      throw .malformed("Idempotency-Key: expected 1 to \(Self.keyLimit) characters")
    }
    return key
  }

  private func job(_ context: ServiceContext) async throws -> Job {
    let id = try context.identifier(of: "job")
    guard let job = try await jobs.job(id) else {
      throw ServiceError.unknown(kind: "job", id: "\(id)")
    }
    return job
  }

  private func result(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let job = try await job(context)
    guard let (path, type, name) = try await jobs.result(of: job.id) else {
      throw ServiceError.noResult(job: "\(job.id)", state: job.state.rawValue)
    }
    if let size = try request.shownSize() {
      guard type.hasPrefix("image/"), type != "image/gif" else {
        throw ServiceError.badSetting("size", reason: "the result is no picture")
      }
      return try .shown(
        try await photos.read(path, name: name, size: nil, limit: size), for: request)
    }
    return try await .file(
      path, type: type, for: request, context: context, headers: .attachment(name))
  }
}
