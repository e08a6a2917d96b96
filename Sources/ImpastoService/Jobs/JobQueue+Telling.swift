import Foundation
import ImpastoFiles

extension JobQueue {
  /// The job with an id; nil where there is none.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func job(_ id: Identifier) throws(ServiceError) -> Job? {
    guard let record = try store.job(id) else { return nil }
    return try job(record)
  }

  /// The newest jobs.
  ///
  /// - Parameters:
  ///   - number: The number that came with the jobs before; nil for the first.
  ///   - limit: The most jobs.
  /// - Returns: The jobs, and the number with which to ask for more; nil where there are none.
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func jobs(
    before number: Int? = nil, limit: Int = 50
  ) throws(ServiceError) -> (jobs: [Job], next: Int?) {
    let records = try store.newest(before: number.map { Int64($0) }, limit: limit + 1)
    let shown = records.prefix(limit)
    let waiting = try waiting()
    return (
      shown.map { job($0, waiting) },
      records.count > limit ? shown.last?.number.map { Int($0) } : nil
    )
  }

  /// The result of a job that is done: its file, its type and the name that it is to have.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func result(
    of id: Identifier
  ) throws(ServiceError) -> (path: String, type: String, name: String)? {
    let path = JobFolder(id, in: folder.path).result
    guard let record = try store.job(id), record.state == .done, let result = record.result,
      (try? FileStatus(path).size) == result.bytes
    else { return nil }
    return (path, result.type, result.name)
  }

  /// The file of a picture that shows how far a job is; nil where there is none.
  package nonisolated func preview(of id: Identifier, number: Int) -> String? {
    let path = JobFolder(id, in: folder.path).preview(number)
    return FileStatus.exists(path) ? path : nil
  }

  /// The events of a job from now on, and those after `number`.
  ///
  /// - Returns: Of a job that has ended its end; nil where there is no such job.
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func events(
    of id: Identifier, after number: Int? = nil
  ) throws(ServiceError) -> AsyncStream<JobEvent>? {
    guard let record = try store.job(id) else { return nil }
    if record.state.isEnded {
      let event = newEvent("end", try job(record))
      return AsyncStream { continuation in
        continuation.yield(event)
        continuation.finish()
      }
    }
    if events[id, default: JobEvents()].isEmpty { tell("progress", record) }
    lastFollower += 1
    let key = lastFollower
    let (stream, follower) = events[id, default: JobEvents()].follow(key, after: number)
    follower.onTermination = { [weak self] _ in Task { await self?.unfollow(id, key) } }
    return stream
  }

  private func unfollow(_ id: Identifier, _ key: Int) { events[id]?.unfollow(key) }

  // MARK: Events

  private func newEvent(_ name: String, _ data: any Encodable & Sendable) -> JobEvent {
    lastEvent += 1
    return JobEvent(number: lastEvent, name: name, data: data)
  }

  /// Tells of a job as it is now.
  func tell(_ name: String, _ record: JobRecord) {
    guard let waiting = try? waiting() else { return }
    tell(name, record.id, job(record, waiting))
  }

  /// Tells of something that happened to a job.
  func tell(_ name: String, _ id: Identifier, _ data: any Encodable & Sendable) {
    events[id, default: JobEvents()].append(newEvent(name, data))
  }

  /// Tells that a job has ended, and lets go of all who follow it.
  func end(_ record: JobRecord) {
    tell("end", record)
    events.removeValue(forKey: record.id)?.finish()
  }

  /// Tells the jobs that wait, and are followed, their places.
  func tellPositions() {
    guard let records = try? store.jobs(in: .queued) else { return }
    for record in records where events[record.id] != nil { tell("progress", record) }
  }

  // MARK: Views

  /// The jobs that wait, in order.
  private func waiting() throws(ServiceError) -> [Identifier] {
    try store.jobs(in: .queued).map(\.id)
  }

  /// A job as clients see it.
  func job(_ record: JobRecord) throws(ServiceError) -> Job { job(record, try waiting()) }

  private func job(_ record: JobRecord, _ waiting: [Identifier]) -> Job {
    let live = running.flatMap { $0.record.id == record.id ? $0 : nil }
    let path = Self.url(record.id)
    let count = live?.previewCount ?? 0
    return Job(
      id: record.id, state: record.state,
      progress: record.state == .done ? 1 : live?.progress?.share, message: live?.progress?.status,
      position: waiting.firstIndex(of: record.id).map { $0 + 1 }, settings: record.settings,
      command: record.command.text, created: record.created, started: record.started,
      ended: record.ended,
      result: record.result.map {
        Job.Result(
          url: "\(path)/result", type: $0.type, bytes: $0.bytes, name: $0.name, width: $0.width,
          height: $0.height)
      }, problem: record.problem, preview: count > 0 ? Self.previewURL(record.id, count) : nil,
      losses: live.flatMap { $0.losses.isEmpty ? nil : $0.losses })
  }

  private static func url(_ id: Identifier) -> String { "/api/v1/jobs/\(id)" }

  static func previewURL(_ id: Identifier, _ number: Int) -> String {
    "\(url(id))/preview?n=\(number)"
  }
}
