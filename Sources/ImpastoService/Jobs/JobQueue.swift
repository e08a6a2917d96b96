import Foundation
import ImpastoFiles
import ImpastoNetworks
import ImpastoStylizing

/// The jobs of the service: accepts them, leads one after the other to its end, and tells of them.
///
/// An accepted job is on the disk with all that it needs. Whatever ends the server, the job goes on at
/// the next start: from its beginning, or from where it was where its command can do that.
package actor JobQueue {
  /// The most jobs that wait.
  static let capacity = 100
  /// The times that the server may end without notice during a job before that is given up.
  static let crashLimit = 10

  let folder: DataFolder
  let store: JobStore
  let models: ModelLibrary
  /// The path of `impasto`.
  let program: String
  /// The folder of the photos that styles are learned with where a job names none.
  private let photos: String?
  private let check: @Sendable ([String]) throws -> Void
  /// The job at work.
  var running: Running?
  var isDraining = false
  /// The events of the jobs that have not ended.
  var events: [Identifier: JobEvents] = [:]
  var lastEvent = 0
  var lastFollower = 0
  private var upkeep: Task<Void, Never>?

  /// A job at work, with what only the server's memory knows of it.
  struct Running: Sendable {
    var record: JobRecord
    let control: JobControl
    var task: Task<Void, Never>?
    var progress: JobProgress?
    var losses: [[Double]] = []
    var previewCount: Int
  }

  /// Prepares the queue of the jobs in a data folder.
  ///
  /// - Parameters:
  ///   - program: The path of `impasto`.
  ///   - models: The checkpoints that jobs work with, and to which they add styles.
  ///   - photos: The folder of the photos that styles are learned with where a job names none.
  ///   - check: Refuses words after `impasto` that are no command line.
  package init(
    folder: DataFolder, program: String, models: ModelLibrary, photos: String? = nil,
    check: @escaping @Sendable ([String]) throws -> Void = { _ in }
  ) {
    (self.folder, self.program, self.models, self.photos) = (folder, program, models, photos)
    self.check = check
    store = JobStore(ledger: folder.ledger)
  }

  /// Goes on with the jobs that wait and those that were interrupted.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func start() async throws(ServiceError) {
    // So many events has no start.
    lastEvent = try store.countStart() * 1_000_000_000
    for record in try store.jobs(in: .running) { try take(upAgain: record) }
    for record in try store.jobs(in: .done) { try checkResult(of: record) }
    for state in [Job.State.done, .failed, .canceled] {
      for record in try store.jobs(in: state) { JobFolder(record.id, in: folder.path).removeWork() }
    }
    try await folder.removeExpired()
    upkeep = Task { [weak self] in
      while (try? await Task.sleep(for: .seconds(600))) != nil {
        try? await self?.folder.removeExpired()
      }
    }
    startNext()
  }

  private func take(upAgain record: JobRecord) throws(ServiceError) {
    var record = record
    record.crashes += 1
    record.state = .queued
    if record.crashes >= Self.crashLimit {
      (record.state, record.ended) = (.failed, .now)
      record.problem = Problem.ofServer(
        "the server ended \(record.crashes) times during this job, which was given up; try a smaller one"
      )
    }
    try store.update(record)
  }

  /// Takes back a result that is not whole.
  private func checkResult(of record: JobRecord) throws(ServiceError) {
    let file = JobFolder(record.id, in: folder.path).result
    guard (try? FileStatus(file).size) != record.result?.bytes else { return }
    var record = record
    (record.state, record.result) = (.failed, nil)
    record.problem = Problem.ofServer("the file of the result has gone or is damaged")
    try store.update(record)
  }

  /// Ends the job at work so that it goes on at the next start, and accepts no more.
  package func drain() async {
    isDraining = true
    upkeep?.cancel()
    running?.control.ask(.drain)
    await running?.task?.value
    for log in events.values { log.finish() }
    events = [:]
  }

  // MARK: Acceptance

  /// Accepts a job.
  ///
  /// - Parameter idempotencyKey: A key by which the request is known where it is sent again.
  /// - Returns: The job, and whether it is new: a request with the key of an earlier one gets its job.
  /// - Throws: ``ServiceError``; the error of a checkpoint.
  package func submit(
    _ settings: JobSettings, idempotencyKey key: String? = nil
  ) async throws -> (job: Job, isNew: Bool) {
    let digest = SHA256Digest.hexadecimal(of: JSONBody.encoded(settings))
    if let job = try earlierJob(key, digest) { return (job, false) }
    let (command, inputs) = try await prepare(settings)
    // From here on without a pause, in which another request could come first.
    if let job = try earlierJob(key, digest) { return (job, false) }
    try checkRoom()
    let record = try keep(
      JobRecord(
        id: Identifier(), settings: settings, command: command, key: key, digest: digest), inputs)
    startNext()
    return (try job(record), true)
  }

  /// The command line that does the same as a job, as a user would type it.
  ///
  /// - Throws: As ``submit(_:idempotencyKey:)``.
  package func command(for settings: JobSettings) async throws -> String {
    try await prepare(settings).command.text
  }

  /// A file that a job works with, and its name in the job's folder.
  private typealias Input = (file: String, name: String)

  /// Finds the files of a job, and checks its settings.
  private func prepare(
    _ settings: JobSettings
  ) async throws -> (command: JobCommand, inputs: [Input]) {
    let model = try await checkpoint(for: settings)
    var (names, inputs): (SafeNames, [Input]) = (SafeNames(), [])
    var known: [Identifier: String] = [:]
    for id in try settings.files where known[id] == nil {
      guard let stored = try await folder.photo(id) else {
        throw ServiceError.unknown(kind: "photo", id: id.description)
      }
      let isContent = settings.content.contains(id)
      let name = names.name(for: stored, in: isContent ? JobCommand.contentFolder : nil)
      known[id] = name
      inputs.append((folder.file(of: id), name))
    }
    if settings.kind == .addStyle, settings.content.isEmpty { inputs += try shippedPhotos() }
    if let model { inputs.append((model, model.pathParts.name)) }
    let command = try JobCommand(settings, names: known, model: model?.pathParts.name)
    try check(command.fullWords)
    return (command, inputs)
  }

  /// The checkpoint for a job, which has all styles that it names; nil where it needs none.
  private func checkpoint(for settings: JobSettings) async throws -> String? {
    if settings.kind == .optimize { return nil }
    let model = try await models.model(settings.model)
    for mixture in try settings.mixtures { _ = try model.stylizer.model.weights(of: mixture) }
    return model.path
  }

  /// The job of an earlier request with the same key.
  private func earlierJob(_ key: String?, _ digest: String) throws(ServiceError) -> Job? {
    guard let key, let record = try store.job(key: key) else { return nil }
    guard record.digest == digest else { throw .keyReused(key) }
    return try job(record)
  }

  private func checkRoom() throws(ServiceError) {
    guard try store.jobs(in: .queued).count < Self.capacity else {
      throw .queueFull(limit: Self.capacity, seconds: 30)
    }
  }

  private func shippedPhotos() throws(ServiceError) -> [Input] {
    guard let photos, let names = try? Directory.names(in: photos) else {
      throw .badSetting("content", reason: "name the photos to learn with; the server has none")
    }
    return names.map { (photos.appendingPath($0), "\(JobCommand.contentFolder)/\($0)") }
  }

  /// Keeps a job with the files that it needs.
  private func keep(
    _ record: JobRecord, _ inputs: [Input]
  ) throws(ServiceError) -> JobRecord {
    let files = JobFolder(record.id, in: folder.path)
    do {
      try Directory.make(files.work)
      for input in inputs { try files.keep(input.file, as: input.name) }
      return try store.insert(record)
    } catch {
      files.remove()
      throw ServiceError(keeping: error)
    }
  }

  // MARK: Control

  /// Cancels a job, or removes one that has ended; does nothing where there is none.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func remove(_ id: Identifier) throws(ServiceError) {
    guard var record = try store.job(id) else { return }
    let files = JobFolder(id, in: folder.path)
    if record.state.isEnded {
      try store.remove(id)
      if running?.record.id != id { files.remove() }
      return
    }
    (record.state, record.ended) = (.canceled, .now)
    try store.update(record)
    end(record)
    if running?.record.id == id {
      // Its files go when its process has ended.
      running?.control.ask(.cancel)
    } else {
      files.remove()
    }
    tellPositions()
  }

  /// Stops a training early, which then keeps what it has learned.
  ///
  /// - Throws: ``ServiceError/unknown(kind:id:)``, ``ServiceError/cannotFinish(reason:)``.
  @discardableResult
  package func finish(_ id: Identifier) throws(ServiceError) -> Job {
    guard var record = try store.job(id) else { throw .unknown(kind: "job", id: id.description) }
    guard record.settings.kind == .addStyle else {
      throw .cannotFinish(reason: "only a job that adds a style can stop early and keep its result")
    }
    guard record.state == .running else {
      throw .cannotFinish(
        reason: record.state == .queued
          ? "the job waits and has learned nothing yet; cancel it instead" : "the job has ended")
    }
    record.isFinishing = true
    try store.update(record)
    running?.record.isFinishing = true
    running?.control.ask(.finish)
    return try job(record)
  }
}
