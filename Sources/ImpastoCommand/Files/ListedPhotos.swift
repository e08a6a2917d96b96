import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions

/// The photos that a list names, which is read as far as they are painted: there may be millions.
///
/// The place of a result depends on the photo's name alone, so that a list may grow: the folders of the
/// name are mirrored in that of the results.
struct ListedPhotos: JobSource {
  let folder: String?
  let isStreamed = false
  let count: Int? = nil
  let refusals: [Remark] = []
  let omissions: [Remark] = []

  private let list: PathList
  /// The first name, which is read at once: a list without any is refused.
  private var first: String?
  private let output: String
  private let suffix: String
  /// The names of the folders that lead to those of results.
  private let outputNames: [String]
  private let masks: Set<FilePlace>
  private let skipsExisting: Bool
  /// The hashes of photos by those of their results, which take less memory than names.
  private var photos: [Int: Int] = [:]

  /// Opens a list.
  ///
  /// - Parameters:
  ///   - path: Its file, or `-` for standard input.
  ///   - output: The folder for results.
  ///   - suffix: What is put after a photo's name to name its result.
  ///   - masks: Other files that must not be written over.
  ///   - skipsExisting: Whether results that are there already are left as they are.
  init(
    _ path: String, output: String, suffix: String, masks: [String], skipsExisting: Bool
  ) throws {
    list = try PathList(path == StandardStream.name ? nil : path)
    first = try list.next()
    guard first != nil else { throw CommandError.emptyList(StandardStream.title(ofInput: path)) }
    (self.output, self.suffix, self.skipsExisting) = (output, suffix, skipsExisting)
    folder = output
    outputNames = output.appendingPath("x").folderNames
    self.masks = Set(masks.map(FilePlace.init))
  }

  var isOpen: Bool { list.isOpen }

  mutating func next() throws -> JobEntry? {
    guard let input = try first ?? list.next(waits: false) else { return nil }
    first = nil
    let result = ResultName.path(ofListed: input, suffix: suffix, output: output)
    let job = PaintingJob(input: input, output: result)
    let names = input.folderNames
    if names.starts(with: outputNames) {
      return .omission(Remark(input: input, reason: "in the folder of the results"))
    }
    let photo = (names + [input.pathParts.name]).joined(separator: "/").pathHash
    if let other = photos.updateValue(photo, forKey: result.pathHash) {
      photos[result.pathHash] = other
      return other == photo
        ? .omission(Remark(input: input, reason: "listed before"))
        : .refusal(
          job,
          reason: """
            \(input): its result would be \(result), as that of another photo of the list; stylise it \
            by itself, with its own --output
            """)
    }
    do throws(FileError) {
      let status = try FileStatus(input)
      guard status.kind == .file else {
        return .refusal(job, reason: "\(input): not a file; list the names of photos only")
      }
    } catch {
      return .refusal(job, reason: error.description)
    }
    if !masks.isEmpty, masks.contains(FilePlace(result)) {
      return .refusal(
        job, reason: "\(result) would be written over a mask; name another --output")
    }
    if skipsExisting, FileStatus.exists(result) {
      return .omission(Remark(input: input, reason: "\(result) exists already"))
    }
    return .job(job)
  }
}
