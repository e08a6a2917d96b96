import Foundation
import ImpastoFiles

extension JobQueue {
  /// Begins the next job, where none is at work.
  func startNext() {
    guard !isDraining, running == nil, lastEvent > 0 else { return }
    do throws(ServiceError) {
      guard var record = try store.jobs(in: .queued).first else { return }
      record.state = .running
      record.started = record.started ?? .now
      try store.update(record)
      let control = JobControl(record.isFinishing ? .finish : nil)
      running = Running(record: record, control: control)
      tell("progress", record)
      tellPositions()
      let run = JobRun(
        program: program, command: record.command, kind: record.settings.kind,
        folder: JobFolder(record.id, in: folder.path), control: control)
      running?.task = Task { await lead(run) }
    } catch {
      // The disk is full: the job waits until it is not.
      Task {
        try? await Task.sleep(for: .seconds(2))
        startNext()
      }
    }
  }

  private func lead(_ run: JobRun) async {
    let outcome = await run.run { [weak self] in await self?.note($0, run.folder) }
    await conclude(outcome, run.folder)
    running = nil
    startNext()
  }

  /// Keeps what a line of progress says, and tells it.
  private func note(_ line: JobProgress, _ files: JobFolder) {
    guard var running, running.control.request != .cancel else { return }
    if let picture = line.picture {
      guard (try? files.keepPreview(picture, number: running.previewCount + 1)) != nil else {
        return
      }
      running.previewCount += 1
    } else {
      running.progress = line
    }
    if let done = line.done, let loss = line.loss {
      running.losses = running.losses.suffix(199) + [[Double(done), loss]]
    }
    self.running = running
    if line.picture != nil {
      let url = Self.previewURL(running.record.id, running.previewCount)
      tell("preview", running.record.id, JobPreview(url: url))
    }
    tell("progress", running.record)
  }

  /// Keeps how a job has ended.
  private func conclude(_ outcome: JobRun.Outcome, _ files: JobFolder) async {
    guard var record = running?.record else { return }
    if running?.control.request == .cancel {
      // It may have been removed since.
      let isKnown = (try? store.job(record.id)) != nil
      return isKnown ? files.removeWork() : files.remove()
    }
    switch outcome {
    case .stopped: record.state = .queued
    case .failed(let problem): (record.state, record.problem) = (.failed, problem)
    case .done(let result):
      do {
        record.result = try await take(result, of: record, files)
        record.state = .done
      } catch {
        (record.state, record.problem) = (.failed, Problem(error))
      }
    }
    // Cancelled while the result was taken.
    if running?.control.request == .cancel { return files.removeWork() }
    if record.state.isEnded { record.ended = .now }
    await persist(record)
    guard record.state.isEnded else { return }
    running = nil
    files.removeWork()
    end(record)
  }

  /// Makes the file of the work folder the result; of a checkpoint the style that was added.
  private func take(
    _ result: JobRecord.Result, of record: JobRecord, _ files: JobFolder
  ) async throws -> JobRecord.Result {
    var result = result
    try await folder.makeRoom(for: result.bytes)
    do {
      if let style = record.settings.addedStyle {
        let path = try await models.addStyle(
          from: files.work.appendingPath(result.name), named: style, to: record.settings.model)
        try files.takeResult(copying: path)
        result.bytes = try FileStatus(files.result).size
      } else {
        try files.takeResult(result.name)
      }
    } catch let error as FileError {
      throw ServiceError(keeping: error)
    }
    return result
  }

  /// Keeps a record, as soon as there is room on the disk.
  private func persist(_ record: JobRecord) async {
    while (try? store.update(record)) == nil, !isDraining {
      try? await Task.sleep(for: .seconds(1))
    }
  }
}
