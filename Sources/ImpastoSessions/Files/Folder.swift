import Foundation
import ImpastoFiles
package import ImpastoImaging

/// Folders and files that users name.
package enum Folder {
  /// Returns whether a folder is at `path`.
  package static func exists(_ path: String) -> Bool { (try? FileStatus(path))?.kind == .folder }

  /// Checks that a file at `path`, named by `setting`, can be made, before the work that goes into
  /// it.
  package static func checkWritable(
    _ path: String, setting: String = "output"
  ) throws(SessionError) {
    guard !exists(path) else { throw .outputIsFolder(path, setting: setting) }
    let (folder, name) = path.pathParts
    guard name.pathBytes.count <= NAME_MAX else { throw .nameTooLong(path, setting: setting) }
    guard exists(folder) else { throw .noOutputFolder(path, folder: folder, setting: setting) }
    guard FileStatus.isWritable(folder) else {
      throw .unwritableFolder(path, folder: folder, setting: setting)
    }
  }

  /// Checks that a file can be made at `path`, named by `setting`, where none is to be lost.
  package static func checkNew(_ path: String, setting: String = "output") throws(SessionError) {
    if FileStatus.exists(path) { throw .outputExists(path, setting: setting) }
    try checkWritable(path, setting: setting)
  }

  /// Checks that the file at `path` may be replaced: not where it is protected, which replacing it
  /// as a whole would get around.
  package static func checkReplaceable(_ path: String) throws(SessionError) {
    // What is missing shows in reading.
    guard let status = try? FileStatus(path), let target = try? AtomicFile.linkTarget(of: path)
    else { return }
    let folder = target.pathParts.folder
    guard !status.isWriteProtected, FileStatus.isWritable(path), FileStatus.isWritable(folder)
    else { throw .protectedCheckpoint(path) }
  }

  /// Returns whether both paths lead to one and the same file.
  package static func isSame(_ path: String, _ other: String) -> Bool {
    guard let first = try? FileStatus(path), let second = try? FileStatus(other) else {
      return false
    }
    return first.identity == second.identity
  }

  /// The bytes of the file at `path`, 0 where there is none.
  package static func size(of path: String) -> Int { (try? FileStatus(path))?.size ?? 0 }

  /// The pictures in the folder at `path`.
  ///
  /// - Parameters:
  ///   - isDeep: Whether the folders in it are searched too.
  ///   - excluded: The path of a folder that is left out, where it lies below.
  package static func pictures(
    in path: String, isDeep: Bool = false, excluding excluded: String? = nil
  ) throws(SessionError) -> ImageFolder {
    let folder: ImageFolder
    do throws(ImageError) {
      folder = try ImageFolder(path, isDeep: isDeep, excluding: excluded)
    } catch {
      guard case .file(.unreadable(_, let reason)) = error else { throw .noFolder(path) }
      throw .unreadableFolder(path, reason: reason)
    }
    guard !folder.pictures.isEmpty else {
      throw .noImages(
        folder: path, hasFolders: folder.omissions.contains { $0.reason == .folder })
    }
    return folder
  }
}
