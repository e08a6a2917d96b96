import Foundation
import ImpastoFiles

/// The folder of a job: in `work` all that its program reads and writes, and beside it the result.
struct JobFolder: Sendable {
  let path: String

  /// The folder of the job with an id, in the data folder at `data`.
  init(_ id: Identifier, in data: String) { path = "\(data)/jobs/\(id)" }

  /// The folder that the job's program works in.
  var work: String { path.appendingPath("work") }
  /// The result, once the job is done.
  var result: String { path.appendingPath("result") }
  /// The JSON that the job's program prints.
  var output: String { path.appendingPath("output.json") }

  /// A picture that shows how far the job is.
  func preview(_ number: Int) -> String { path.appendingPath("preview-\(number).png") }

  /// The number of such pictures, which are counted from 1.
  var previewCount: Int {
    ((try? Directory.names(in: path)) ?? []).count { $0.hasPrefix("preview-") }
  }

  /// Gives what is at `file` the path `name` in the work folder, where it stays whatever becomes of
  /// the file.
  func keep(_ file: String, as name: String) throws(FileError) {
    let path = work.appendingPath(name)
    try Directory.make(path.pathParts.folder)
    try Self.link(file, to: path)
  }

  /// Takes the work's file called `name` for the result, which is whole.
  func takeResult(_ name: String) throws(FileError) {
    try AtomicFile.move(work.appendingPath(name), to: result)
  }

  /// Takes a copy of a file elsewhere for the result.
  func takeResult(copying file: String) throws(FileError) {
    let name = "result"
    work.appendingPath(name).withSystemPath { _ = unlink($0) }
    try keep(file, as: name)
    try takeResult(name)
  }

  /// Keeps the picture at `file` of the work folder.
  func keepPreview(_ file: String, number: Int) throws(FileError) {
    try Self.link(work.appendingPath(file), to: preview(number))
  }

  /// Removes what only a job at work needs.
  func removeWork() {
    for path in [work, output] { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Removes all.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Gives a file a second name, or copies it where the file system has no second names.
  private static func link(_ file: String, to path: String) throws(FileError) {
    let isLinked =
      file.withSystemPath { file in
        path.withSystemPath { Foundation.linkat(AT_FDCWD, file, AT_FDCWD, $0, AT_SYMLINK_FOLLOW) }
      } == 0
    if isLinked || errno == EEXIST { return }
    do {
      try FileManager.default.copyItem(atPath: file.resolvingLinks, toPath: path)
    } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}
