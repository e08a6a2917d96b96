import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions

/// The pictures to paint and the places of their results, all of which are known before the first.
struct StylizePlan: JobSource {
  /// The user's inputs and wishes.
  struct Request {
    /// Files and folders of files.
    let inputs: [String]
    /// The file or folder for results; without it, they go beside the photos.
    let output: String?
    /// Indicates whether folders in folders are searched too.
    let isRecursive: Bool
    /// Indicates whether results that are there already are left as they are.
    let skipsExisting: Bool
  }

  private var jobs: [PaintingJob] = []
  private var taken = 0
  private(set) var refusals: [Remark]
  private(set) var omissions: [Remark]
  let isStreamed: Bool
  let isOpen = false
  let folder: String?

  /// Plans the outputs of a request.
  ///
  /// - Parameters:
  ///   - suffix: What is put after a photo's name to name its result.
  ///   - masks: Other files that must not be written over.
  ///   - styles: The names of styles, by which results of earlier runs are known.
  /// - Throws: `ValidationError` for what the user has to say otherwise, ``CommandError`` where
  ///   nothing is left to do.
  init(_ request: Request, suffix: String, masks: [String], styles: [String]) throws {
    let (inputs, output) = (request.inputs, request.output)
    let list = try PhotoList(
      inputs: inputs, output: output, isDeep: request.isRecursive, masks: masks, styles: styles)
    (refusals, omissions) = (list.refusals, list.omissions)
    isStreamed = output == StandardStream.name
    let isOne = inputs.count == 1 && !Folder.exists(inputs[0])
    let isFolder = output.map { Folder.exists($0) || $0.hasSuffix("/") || !isOne } ?? false
    do {
      try Self.checkStreams(inputs: inputs, output: output)
      try Self.check(inputs, output: output, isFolder: isFolder)
    } catch {
      // Whoever mistyped an input need not hear of what that makes of the output.
      guard !refusals.isEmpty else { throw error }
      folder = nil
      return
    }
    folder = isFolder ? output : nil

    if let output, !isFolder {
      jobs = list.photos.map { PaintingJob(input: $0.path, output: output) }
    } else {
      let results = ResultName.names(of: list.photos, suffix: suffix, output: output)
      jobs = zip(list.photos, results).map { PaintingJob(input: $0.path, output: $1.path) }
    }
    if !isStreamed { try refuseClashes(masks: masks) }
    if request.skipsExisting { skipExisting() }
  }

  /// Refuses `-` where a name is needed, or would stand for several pictures.
  private static func checkStreams(inputs: [String], output: String?) throws {
    let name = StandardStream.name
    if output == name, inputs.count > 1 || inputs.contains(where: Folder.exists) {
      throw ValidationError(
        "--output - is for one picture; name a folder for those of several photos")
    }
    guard inputs.contains(name) else { return }
    guard inputs.count == 1 else {
      throw ValidationError("- is standard input; name it alone, with --output FILE")
    }
    guard let output, !output.hasSuffix("/"), !Folder.exists(output) else {
      throw ValidationError(
        "- is standard input and has no name; name its picture with --output FILE or --output -")
    }
  }

  /// Refuses an `output` that cannot be what it has to be: the folder of several results, or one.
  private static func check(_ inputs: [String], output: String?, isFolder: Bool) throws {
    guard let output else {
      guard let folder = inputs.first(where: Folder.exists) else { return }
      throw ValidationError("\(folder) is a folder; say where its pictures go with --output FOLDER")
    }
    if output == StandardStream.name { return }
    if !isFolder {
      do throws(ImageError) {
        _ = try ImageFormat(ofOutput: output)
      } catch {
        throw ValidationError("--output \(error.description)")
      }
    } else {
      try checkFolder(output)
    }
  }

  /// Refuses the name of one picture where a folder is needed.
  static func checkFolder(_ output: String) throws {
    if !Folder.exists(output), ImageFormat.isWritten(to: output) {
      throw ValidationError(
        "--output \(output) names one picture, but there are several; name a folder")
    }
  }

  var count: Int? { jobs.count }

  mutating func next() -> JobEntry? {
    guard taken < jobs.count else { return nil }
    taken += 1
    return .job(jobs[taken - 1])
  }

  /// Refuses to print a picture where something else goes, or nobody reads it.
  func checkStream(isJSON: Bool) throws {
    guard isStreamed else { return }
    guard !isJSON else {
      throw ValidationError(
        "--json and --output - would both go to standard output; name a file for the picture")
    }
    try StandardStream.checkOutput()
  }

  /// Leaves out the jobs whose outputs would destroy an input or each other.
  ///
  /// - Throws: `ValidationError` where that leaves none.
  private mutating func refuseClashes(masks: [String]) throws {
    let photos = jobs.map { ($0.input, "photo \($0.input)") }
    let taken = Dictionary(
      (photos + masks.map { ($0, "mask \($0)") }).map { (FilePlace($0.0), $0.1) },
      uniquingKeysWith: { first, _ in first })
    var sources: [FilePlace: String] = [:]
    var kept: [PaintingJob] = []
    let refused = refusals.count
    for job in jobs {
      let target = FilePlace(job.output)
      if let other = taken[target] {
        refuse(job, "\(job.output) would be written over the \(other); name another --output")
      } else if let other = sources[target] {
        if FilePlace(other) == FilePlace(job.input) {
          leaveOut(job, "the same photo as \(other), which is painted once")
        } else {
          refuse(
            job,
            """
            \(other) and \(job.input) would both be written to \(job.output); name them one by \
            one, each with its own --output
            """)
        }
      } else {
        sources[target] = job.input
        kept.append(job)
      }
    }
    if kept.isEmpty, refusals.count > refused, let refusal = refusals.last {
      throw ValidationError(refusal.reason)
    }
    jobs = kept
  }

  private mutating func skipExisting() {
    var missing: [PaintingJob] = []
    for job in jobs {
      if FileStatus.exists(job.output) {
        leaveOut(job, "\(job.output) exists already")
      } else {
        missing.append(job)
      }
    }
    jobs = missing
  }

  private mutating func refuse(_ job: PaintingJob, _ reason: String) {
    refusals.append(.init(input: job.input, reason: reason))
  }

  private mutating func leaveOut(_ job: PaintingJob, _ reason: String) {
    omissions.append(.init(input: job.input, reason: reason))
  }
}
