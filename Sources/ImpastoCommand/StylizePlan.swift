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

  let jobs: [Job]
  /// A folder to make before the first result is written.
  let newFolder: String?

  /// Plans the outputs of `inputs`, which are files and folders of files.
  ///
  /// - Parameters:
  ///   - output: The file or folder given by the user. Without it, results go beside the photos.
  ///   - suffix: What is put after a photo's name to name its result.
  /// - Throws: `ValidationError` for what the user has to say otherwise, ``CommandError`` for
  ///   folders that cannot be listed or hold no image.
  init(inputs: [String], output: String?, suffix: String) throws {
    let folders = inputs.filter(Folder.exists)
    if let folder = folders.first, output == nil {
      throw ValidationError("\(folder) is a folder; say where its pictures go with --output FOLDER")
    }
    let photos = try inputs.flatMap { input in
      Folder.exists(input) ? try Folder.images(of: input) : [input]
    }

    guard let output else {
      jobs = photos.map { Job(input: $0, output: Self.result(of: $0, suffix, in: nil)) }
      newFolder = nil
      try check()
      return
    }
    let isOne = inputs.count == 1 && folders.isEmpty
    if Folder.exists(output) || output.hasSuffix("/") || !isOne {
      if !Folder.exists(output), Folder.isImageName(output) {
        throw ValidationError(
          "--output \(output) names one picture, but there are several; name a folder")
      }
      jobs = photos.map { Job(input: $0, output: Self.result(of: $0, suffix, in: output)) }
      newFolder = Folder.exists(output) ? nil : output
    } else {
      do throws(ImageError) {
        _ = try ImageFormat(pathExtension: output)
      } catch {
        throw ValidationError("--output \(error.description)")
      }
      jobs = photos.map { Job(input: $0, output: output) }
      newFolder = nil
    }
    try check()
  }

  /// Makes ``newFolder``, and those above it.
  func makeFolder() throws(CommandError) {
    guard let newFolder else { return }
    try Folder.make(newFolder)
  }

  /// Refuses outputs that would destroy an input or each other.
  private func check() throws {
    let inputs = Dictionary(
      jobs.map { (Self.identity($0.input), $0.input) }, uniquingKeysWith: { first, _ in first })
    var sources: [String: String] = [:]
    for job in jobs {
      let target = Self.identity(job.output)
      if let input = inputs[target] {
        throw ValidationError(
          "\(job.output) would be written over the photo \(input); name another --output")
      }
      if let other = sources[target] {
        throw ValidationError(
          """
          \(other) and \(job.input) would both be written to \(job.output); stylise them one by \
          one, each with its own --output
          """)
      }
      sources[target] = job.input
    }
  }

  private static func result(of photo: String, _ suffix: String, in folder: String?) -> String {
    let url = URL(fileURLWithPath: photo)
    let name = "\(url.deletingPathExtension().lastPathComponent)-\(suffix).png"
    let given = (photo as NSString).deletingLastPathComponent
    let folder = folder ?? given
    return folder.isEmpty ? name : (folder as NSString).appendingPathComponent(name)
  }

  /// The absolute path without links, the same for all spellings of a file's place.
  private static func identity(_ path: String) -> String {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    // A file that does not exist yet has a folder that may be a link.
    let folder = url.deletingLastPathComponent().resolvingSymlinksInPath()
    return folder.appendingPathComponent(url.lastPathComponent).resolvingSymlinksInPath().path
  }
}
