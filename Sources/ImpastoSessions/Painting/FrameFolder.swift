import Foundation
import ImpastoFiles
package import ImpastoImaging

/// Frames as the files `frame-0001.png` and so on of a folder.
package final class FrameFolder: FrameSink {
  private let path: String
  private let isNew: Bool
  /// Tells others, and the next to write here after a process that was killed, that frames are
  /// missing.
  private let lock: ProcessLock
  private var written: [String] = []
  private var isFinished = false

  /// Begins frames in the folder at `path`, which is made if missing and may hold none yet: old
  /// ones would get mixed with the new.
  ///
  /// Those that a process has left that was killed are removed.
  ///
  /// - Throws: ``SessionError`` or `FileError`.
  package init(_ path: String) throws {
    isNew = !Folder.exists(path)
    self.path = path
    try Directory.make(path)
    try Folder.checkWritable(path.appendingPath("frame-0001.png"))
    lock = try ProcessLock(
      path.appendingPath(".impasto-lock"), of: path, action: "writing frames into it")
    let old = try Directory.names(in: path)
      .filter { $0.hasPrefix("frame-") && $0.hasSuffix(".png") }.map(path.appendingPath)
    if lock.wasAbandoned {
      for file in old { file.withSystemPath { _ = unlink($0) } }
    } else if let first = old.first {
      throw SessionError.outputExists(first)
    }
  }

  /// Takes back what an unfinished run has written.
  deinit {
    guard !isFinished else { return }
    for file in written { file.withSystemPath { _ = unlink($0) } }
    lock.remove()
    // Refused where others have put something there.
    if isNew { path.withSystemPath { _ = rmdir($0) } }
  }

  package func append(_ frame: Image) throws {
    let file = path.appendingPath(String(format: "frame-%04d.png", written.count + 1))
    written.append(file)
    try frame.write(to: file)
  }

  package func finish() {
    lock.remove()
    isFinished = true
  }
}
