import Foundation
import ImpastoFiles

/// The name of the picture that is made of a photo.
struct ResultName {
  private let photo: String
  /// The text after the photo's name.
  private let suffix: String
  /// The folder for all results; without one, they go beside their photos.
  private let output: String?
  /// The folder within ``output``.
  private var subfolder: String
  private var keepsExtension = false

  /// The file to write.
  var path: String {
    let name = photo.pathParts.name as NSString
    let stem = name.deletingPathExtension
    let result = "\(stem)\(keepsExtension ? "-\(name.pathExtension)" : "")-\(suffix).png"
    guard let output else {
      return photo.utf8.contains(UInt8(ascii: "/"))
        ? photo.pathParts.folder.appendingPath(result) : result
    }
    return (subfolder.isEmpty ? output : output.appendingPath(subfolder)).appendingPath(result)
  }

  /// The names for the results of `photos`, which tell them apart where two would be the same.
  ///
  /// `a.jpg` and `a.png`, as cameras make them, get results whose names tell which is which; those
  /// of `x/a.jpg` and `y/a.jpg` get folders of their own.
  static func names(
    of photos: [PhotoList.Photo], suffix: String, output: String?
  ) -> [ResultName] {
    var names = photos.map {
      ResultName(photo: $0.path, suffix: suffix, output: output, subfolder: $0.subfolder)
    }
    for group in Self.equal(names) {
      let extensions = Set(group.map { (names[$0].photo as NSString).pathExtension })
      for index in group { names[index].keepsExtension = extensions.count > 1 }
    }
    guard output != nil else { return names }
    for group in Self.equal(names) {
      let folders = group.map { names[$0].photo.folderNames }
      // Those of the same photo are the same.
      guard Set(folders).count > 1 else { continue }
      let shared = folders.map { zip($0, folders[0]).prefix { $0 == $1 }.count }.min() ?? 0
      for (index, folder) in zip(group, folders) {
        names[index].subfolder = folder.dropFirst(shared).joined(separator: "/")
      }
    }
    return names
  }

  /// The file to write for a photo of a list, in the folders that its name has.
  static func path(ofListed photo: String, suffix: String, output: String) -> String {
    var folders: [String] = []
    for name in photo.utf8.split(separator: UInt8(ascii: "/")).dropLast().map({
      String(Substring($0))
    }) {
      if name == ".." { _ = folders.popLast() } else if name != "." { folders.append(name) }
    }
    return ResultName(
      photo: photo, suffix: suffix, output: output, subfolder: folders.joined(separator: "/")
    ).path
  }

  /// The places of names that are the same as another's, by groups.
  private static func equal(_ names: [ResultName]) -> [[Int]] {
    Dictionary(grouping: names.indices) { names[$0].path.pathBytes }.values.filter { $0.count > 1 }
  }
}
