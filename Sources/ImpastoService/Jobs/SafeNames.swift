import Foundation

/// Names of files in a job's folder, made of those that clients gave: readable, each once, and without
/// characters that a command line or a file system would interpret.
struct SafeNames {
  private var taken: Set<String> = []

  /// The file's name for a photo or film, in the folder `folder` of the job's folder if any.
  mutating func name(for file: StoredPhoto, in folder: String? = nil) -> String {
    let given = (file.name as NSString).deletingPathExtension.map { character in
      character.isLetter || character.isNumber || "._-".contains(character) ? character : "-"
    }
    let trimmed = String(given.drop { "-._".contains($0) }.prefix(60))
    let stem = trimmed.isEmpty ? file.kind.rawValue : trimmed
    let suffix = Self.fileExtensions[file.type] ?? "\(file.type.split(separator: "/").last ?? "")"
    let prefix = folder.map { "\($0)/" } ?? ""
    var (name, number) = ("\(prefix)\(stem).\(suffix)", 1)
    while !taken.insert(name).inserted {
      number += 1
      name = "\(prefix)\(stem)-\(number).\(suffix)"
    }
    return name
  }

  /// The extensions that are not the second part of the media type.
  private static let fileExtensions = [
    "image/jpeg": "jpg", "video/quicktime": "mov", "video/x-matroska": "mkv", "image/tiff": "tif",
  ]
}
