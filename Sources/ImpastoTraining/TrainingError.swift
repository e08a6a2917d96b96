public import Foundation
public import ImpastoFiles

/// A reason why training cannot start or go on.
public enum TrainingError: Error, Equatable, Sendable {
  /// The folder of photos is missing or is no folder.
  case noFolder(String)
  /// The folder of photos holds none.
  case noPhotos(folder: String)
  /// Not one photo of the folder can be read; `reason` is that of the first one tried.
  case noReadablePhotos(folder: String, reason: String)
  /// A file of the run could not be read or written.
  case file(FileError)
}

extension TrainingError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .noFolder(let folder):
      "\(folder): no such folder; name a folder of photos (PNG or JPEG)"
    case .noPhotos(let folder):
      "\(folder): no photo in this folder or below it; put PNG or JPEG files there"
    case .noReadablePhotos(let folder, let reason):
      "\(folder): not one of its photos can be read; the first: \(reason)"
    case .file(let error):
      error.description
    }
  }

  public var errorDescription: String? { description }
}
