import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions
import ImpastoVideo

/// One run of a job: its program in a process of its own, whose end, whatever it is, ends nothing else.
struct JobRun: Sendable {
  /// The ends of a run.
  enum Outcome: Sendable {
    /// The work folder has the result.
    case done(JobRecord.Result)
    case failed(Problem)
    /// It was cancelled, or the server ends.
    case stopped
  }

  /// The path of `impasto`.
  let program: String
  let command: JobCommand
  let kind: JobKind
  let folder: JobFolder
  let control: JobControl

  /// Runs the program to its end, twice where a training stops early: it saves, and then makes its
  /// result of what it has saved.
  func run(_ note: @escaping @Sendable (JobProgress) async -> Void) async -> Outcome {
    var more = wordsToGoOn
    while true {
      let end: ChildProcess.End
      do throws(VideoError) { end = try await runProcess(more, note) } catch {
        return .failed(Problem.ofServer(error.description))
      }
      let isToFinish = control.release()
      if control.request == .cancel { return .stopped }
      let report = JobReport(folder.output)
      if end.isSuccess { return result(report) }
      if control.request != nil { return .stopped }
      guard isToFinish, let steps = report?.steps else { return .failed(Problem(end)) }
      more = ["--resume", "--steps", "\(steps)"]
    }
  }

  /// The words that let the program go on where an earlier run was ended.
  private var wordsToGoOn: [String] {
    let output = folder.work.appendingPath(command.output)
    switch kind {
    case .addStyle where RunFolder(checkpoint: output).isUsed: return ["--resume"]
    case .video where FileStatus.exists(output + ".parts"): return ["--resume"]
    default: return []
    }
  }

  /// The first steps of a training, which only look for a blend: stopping within them leaves nothing.
  private static let blendSteps = 40

  /// The words that say how the service runs the program.
  private var wordsOfService: [String] {
    let learning = [
      "--preview-every", "50", "--checkpoint-minutes", "0.5", "--blend-steps",
      "\(Self.blendSteps)",
    ]
    return ["--json", "--progress", "json"] + (kind == .addStyle ? learning : [])
  }

  private func runProcess(
    _ more: [String], _ note: @escaping @Sendable (JobProgress) async -> Void
  ) async throws(VideoError) -> ChildProcess.End {
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let output = folder.output.withSystemPath {
      open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    }
    guard output >= 0 else {
      close(null)
      throw .cannotStart(program, reason: String(cString: strerror(errno)))
    }
    let (lines, sink) = AsyncStream.makeStream(
      of: JobProgress.self, bufferingPolicy: .bufferingNewest(1000))
    let process = try ChildProcess(
      "env", ["--chdir", folder.work, program] + command.fullWords + wordsOfService + more,
      input: null, output: output
    ) { line in
      guard let progress = JobProgress(line) else { return false }
      if let done = progress.done, done > Self.blendSteps { control.noteResult() }
      sink.yield(progress)
      return true
    }
    process.yieldToOthers()
    control.lead(process)
    Task {
      _ = await process.ended()
      sink.finish()
    }
    for await line in lines { await note(line) }
    return await process.ended()
  }

  private func result(_ report: JobReport?) -> Outcome {
    let path = folder.work.appendingPath(command.output)
    guard let status = try? FileStatus(path), status.kind == .file else {
      return .failed(Problem.ofServer("\(command.output): the result is missing"))
    }
    let fileExtension = (command.output as NSString).pathExtension
    var (width, height) = report?.size ?? (nil, nil)
    if let picture = try? ImageReader(contentsOf: path) {
      (width, height) = (picture.width, picture.height)
    } else if let film = try? VideoFile(path) {
      // An encoder may have made the frames larger than those that were painted.
      (width, height) = (film.width, film.height)
    }
    return .done(
      JobRecord.Result(
        type: Self.types[fileExtension] ?? "application/octet-stream", name: command.output,
        bytes: status.size, width: width, height: height))
  }

  /// The media types of results.
  private static let types = [
    "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
    "html": "text/html", "mp4": "video/mp4", "mov": "video/quicktime", "mkv": "video/x-matroska",
    "webm": "video/webm",
  ]
}
