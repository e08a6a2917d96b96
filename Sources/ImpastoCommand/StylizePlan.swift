import ArgumentParser
import Foundation
import ImpastoImaging

/// Which pictures to stylise and where each result goes.
struct StylizePlan {
  /// One photo and the file for its stylised picture.
  struct Job: Equatable {
    let input: String
    let output: String
  }

  /// An input that is left out, and why, so that the others need not wait for it.
  struct Refusal: Equatable {
    let input: String
    let reason: String
  }

  private(set) var jobs: [Job] = []
  private(set) var refusals: [Refusal] = []
  /// A folder to make before the first result is written.
  let newFolder: String?
  /// Whether the one result goes to standard output.
  let isStreamed: Bool

  /// Plans the outputs of `inputs`, which are files and folders of files.
  ///
  /// - Parameters:
  ///   - output: The file or folder given by the user. Without it, results go beside the photos.
  ///   - suffix: What is put after a photo's name to name its result.
  ///   - masks: Other files that must not be written over.
  /// - Throws: `ValidationError` for what the user has to say otherwise, ``CommandError`` where
  ///   nothing is left to do.
  init(inputs: [String], output: String?, suffix: String, masks: [String] = []) throws {
    try Self.checkStreams(inputs: inputs, output: output)
    isStreamed = output == StandardStream.name
    let folders = inputs.filter(Folder.exists)
    if let folder = folders.first, output == nil {
      throw ValidationError("\(folder) is a folder; say where its pictures go with --output FOLDER")
    }
    let isOne = inputs.count == 1 && folders.isEmpty
    let isFolder = output.map { Folder.exists($0) || $0.hasSuffix("/") || !isOne } ?? false
    if let output, !isStreamed { try Self.check(output: output, isFolder: isFolder) }
    newFolder = isFolder ? output.flatMap { Folder.exists($0) ? nil : $0 } : nil

    var photos: [String] = []
    for input in inputs {
      do throws(CommandError) {
        photos += Folder.exists(input) ? try Folder.images(of: input) : [input]
      } catch {
        if inputs.count == 1 { throw error }
        refusals.append(Refusal(input: input, reason: error.description))
      }
    }
    if let output, !isFolder {
      jobs = photos.map { Job(input: $0, output: output) }
    } else {
      // a.jpg and a.png, as cameras make them, get results whose names tell which is which.
      let results = photos.map { Self.result(of: $0, suffix, in: output) }
      let extensions = Dictionary(
        zip(results, photos).map { ($0, Set([($1 as NSString).pathExtension])) },
        uniquingKeysWith: { $0.union($1) })
      jobs = zip(photos, results).map { photo, result in
        let isShared = extensions[result, default: []].count > 1
        return Job(
          input: photo,
          output: isShared
            ? Self.result(of: photo, suffix, in: output, keepsExtension: true) : result)
      }
    }
    try refuseClashes(masks: masks)
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
      throw ValidationError("- is standard input; stylise it alone, with --output FILE")
    }
    guard let output, !output.hasSuffix("/"), !Folder.exists(output) else {
      throw ValidationError(
        "- is standard input and has no name; name its picture with --output FILE or --output -")
    }
  }

  private static func check(output: String, isFolder: Bool) throws {
    if !isFolder {
      do throws(ImageError) {
        _ = try ImageFormat(pathExtension: output)
      } catch {
        throw ValidationError("--output \(error.description)")
      }
    } else if !Folder.exists(output), Folder.isImageName(output) {
      throw ValidationError(
        "--output \(output) names one picture, but there are several; name a folder")
    }
  }

  /// Makes ``newFolder``, and those above it.
  func makeFolder() throws(CommandError) {
    guard let newFolder else { return }
    try Folder.make(newFolder)
  }

  /// Leaves out the jobs whose outputs would destroy an input or each other.
  ///
  /// - Throws: `ValidationError` where that leaves none.
  private mutating func refuseClashes(masks: [String]) throws {
    if isStreamed { return }
    let photos = jobs.map { ($0.input, "photo \($0.input)") }
    let taken = Dictionary(
      (photos + masks.map { ($0, "mask \($0)") }).map { (Self.identity($0.0), $0.1) },
      uniquingKeysWith: { first, _ in first })
    var sources: [String: String] = [:]
    var kept: [Job] = []
    for job in jobs {
      let target = Self.identity(job.output)
      if let other = taken[target] {
        refusals.append(
          Refusal(
            input: job.input,
            reason:
              "\(job.output) would be written over the \(other); name another --output"))
      } else if let other = sources[target] {
        refusals.append(
          Refusal(
            input: job.input,
            reason: """
              \(other) and \(job.input) would both be written to \(job.output); stylise them one by \
              one, each with its own --output
              """))
      } else {
        sources[target] = job.input
        kept.append(job)
      }
    }
    if kept.isEmpty, let refusal = refusals.last { throw ValidationError(refusal.reason) }
    jobs = kept
  }

  private static func result(
    of photo: String, _ suffix: String, in folder: String?, keepsExtension: Bool = false
  ) -> String {
    let url = URL(fileURLWithPath: photo)
    var name = url.deletingPathExtension().lastPathComponent
    if keepsExtension { name += "-\(url.pathExtension)" }
    name += "-\(suffix).png"
    let given = (photo as NSString).deletingLastPathComponent
    let folder = folder ?? given
    return folder.isEmpty ? name : (folder as NSString).appendingPathComponent(name)
  }

  /// The absolute path without links, the same for all spellings of a file's place.
  static func identity(_ path: String) -> String {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    // A file that does not exist yet has a folder that may be a link.
    let folder = url.deletingLastPathComponent().resolvingSymlinksInPath()
    return folder.appendingPathComponent(url.lastPathComponent).resolvingSymlinksInPath().path
  }
}
