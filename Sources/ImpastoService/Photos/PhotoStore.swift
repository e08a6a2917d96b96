import Foundation
import ImpastoFiles
import ImpastoImaging

/// A photo, mask or film that was sent to the service.
struct StoredPhoto: Codable, Sendable {
  var id: Identifier
  var width, height, bytes: Int
  var type, name: String
  var expires: Date
}

/// The photos that were sent to the service, in a folder.
actor PhotoStore {
  private let folder: String
  private var photos: [Identifier: StoredPhoto] = [:]

  init(_ folder: String) throws(FileError) {
    self.folder = folder
    try Directory.make(folder)
  }

  nonisolated func temporaryFile() -> String { folder.appendingPath("\(Identifier()).part") }

  func addPhoto(from file: String, type: String, name: String) throws -> StoredPhoto {
    let reader = try ImageReader(contentsOf: file, named: name)
    let photo = StoredPhoto(
      id: Identifier(), width: reader.width, height: reader.height,
      bytes: try FileStatus(file).size, type: type, name: name,
      expires: Date(timeIntervalSinceNow: 86400))
    _ = file.withSystemPath { old in self.file(of: photo.id).withSystemPath { rename(old, $0) } }
    photos[photo.id] = photo
    return photo
  }

  func photo(_ id: Identifier) -> StoredPhoto? { photos[id] }

  nonisolated func file(of id: Identifier) -> String { folder.appendingPath(id.description) }

  func remove(_ id: Identifier) {
    photos[id] = nil
    file(of: id).withSystemPath { _ = unlink($0) }
  }
}
