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
      let files = JobFolder(record.id, in: folder.path)
      running = Running(record: record, control: control, previewCount: files.previewCount)
      tell("progress", record)
      tellPositions()
      let run = JobRun(
        program: program, command: record.command, kind: record.settings.kind,
        folder: files, control: control)
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
    let ended = await conclude(outcome, run.folder)
    running = nil
    if let ended { end(ended) }
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
  ///
  /// - Returns: The job, where its end is still to be told.
  private func conclude(_ outcome: JobRun.Outcome, _ files: JobFolder) async -> JobRecord? {
    guard var record = running?.record else { return nil }
    if isCanceled { return clear(files) }
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
    if record.state.isEnded { record.ended = .now }
    await persist(record)
    // While the result was taken, or room on the disk was waited for.
    if isCanceled { return clear(files) }
    guard record.state.isEnded else { return nil }
    files.removeWork()
    return record
  }

  private var isCanceled: Bool { running?.control.request == .cancel }

  /// Removes the files of a job that was cancelled, whose end was told then.
  private func clear(_ files: JobFolder) -> JobRecord? {
    files.remove()
    return nil
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

  /// Keeps the record of the job at work, as soon as there is room on the disk, unless that is
  /// cancelled.
  private func persist(_ record: JobRecord) async {
    while !isCanceled, (try? store.update(record)) == nil, !isDraining {
      try? await Task.sleep(for: .seconds(1))
    }
  }
}
