import Foundation
import ImpastoImaging

/// Folders and files that users name.
enum Folder {
  /// Whether a folder is at `path`.
  static func exists(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  /// Makes the folder at `path` and those above it, where they are missing.
  static func make(_ path: String) throws(CommandError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .cannotMakeFolder(path, reason: error.localizedDescription)
    }
  }

  /// Checks that a file at `path`, named by `option`, can be made, before the work that goes into it.
  static func checkWritable(
    _ path: String, option: String = "--output"
  ) throws(CommandError) {
    guard !exists(path) else { throw .outputIsFolder(path, option: option) }
    let parent = (path as NSString).deletingLastPathComponent
    let folder = parent.isEmpty ? "." : parent
    guard exists(folder) else { throw .noOutputFolder(path, folder: folder, option: option) }
    guard access(folder, W_OK) == 0 else {
      throw .unwritableFolder(path, folder: folder, option: option)
    }
  }

  /// Checks that a file can be made at `path`, named by `option`, where none is to be lost.
  static func checkNew(_ path: String, option: String = "--output") throws(CommandError) {
    if FileManager.default.fileExists(atPath: path) { throw .outputExists(path, option: option) }
    try checkWritable(path, option: option)
  }

  /// Checks that the file at `path` may be replaced: not where it is protected, which replacing it
  /// as a whole would get around.
  static func checkReplaceable(_ path: String) throws(CommandError) {
    var status = stat()
    // What is missing shows in reading.
    guard stat(path, &status) == 0 else { return }
    let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent()
    guard status.st_mode & 0o222 != 0, access(path, W_OK) == 0, access(folder.path, W_OK) == 0
    else { throw .protectedCheckpoint(path) }
  }

  /// Whether both paths lead to one and the same file.
  static func isSame(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(path, &first) == 0 && stat(other, &second) == 0
      && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// The bytes of the file at `path`, 0 where there is none.
  static func size(of path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }

  /// The paths of the images in `folder` itself, sorted by name, hidden ones left out.
  static func images(of folder: String) throws(CommandError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw .unreadableFolder(folder, reason: error.localizedDescription)
    }
    let images = names.filter { isImageName($0) && !$0.hasPrefix(".") }.sorted()
    guard !images.isEmpty else { throw .noImages(folder: folder) }
    return images.map { (folder as NSString).appendingPathComponent($0) }
  }

  /// Whether a file of this name is one of the images that can be read.
  static func isImageName(_ name: String) -> Bool {
    (try? ImageFormat(pathExtension: name)) != nil
  }
}
