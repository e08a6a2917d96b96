import Foundation
import ImpastoImaging
import ImpastoSessions
import NIOPosix

/// Photos and masks as they are painted and shown, read once for all requests.
struct HeldPhotos: Sendable {
  /// A size of a stored photo.
  private struct Key: Hashable {
    let id: Identifier
    let size: Int?
    let limit: Int
  }

  private let folder: DataFolder
  private let memory: MemoryBudget
  private let photos = SharedValues<Key, HeldPhoto>(limit: 96_000_000) { $0.bytes }
  private let masks = SharedValues<Identifier, Mask>(limit: 32_000_000) {
    3 * $0.width * $0.height
  }
  /// One thread: whatever clients ask for, one file at a time is decoded.
  private let thread = NIOThreadPool(numberOfThreads: 1)

  init(_ folder: DataFolder, memory: MemoryBudget) {
    (self.folder, self.memory) = (folder, memory)
    thread.start()
  }

  /// A stored photo, scaled to `size`, or to `limit` where it is larger and no size is given.
  func photo(_ id: Identifier, size: Int?, limit: Int) async throws -> HeldPhoto {
    let stored = try await stored(id, kind: "photo")
    return try await photos.value(for: Key(id: id, size: size, limit: limit)) {
      try await read(folder.file(of: id), name: stored.name, size: size, limit: limit)
    }
  }

  /// A photo in a file.
  func read(_ file: String, name: String, size: Int?, limit: Int) async throws -> HeldPhoto {
    let memory = memory
    return try await thread.runIfActive {
      let reader = try ImageReader(contentsOf: file, named: name, keepingAlpha: true)
      return try HeldPhoto(
        OpenedPhoto(reader, name: name, size: size, limit: limit), memory: memory)
    }
  }

  /// A stored mask.
  ///
  /// - Throws: `SessionError.blackMask` where it is black everywhere.
  func mask(_ id: Identifier) async throws -> Mask {
    let stored = try await stored(id, kind: "mask")
    return try await masks.value(for: id) {
      try await thread.runIfActive {
        let mask = try Mask(contentsOf: folder.file(of: id), named: stored.name)
        guard !mask.isBlack else { throw SessionError.blackMask(stored.name) }
        return mask
      }
    }
  }

  /// Forgets a photo or mask that is removed.
  func forget(_ id: Identifier) async {
    await photos.remove { $0.id == id }
    await masks.remove { $0 == id }
  }

  private func stored(_ id: Identifier, kind: String) async throws -> StoredPhoto {
    guard let stored = try await folder.photo(id), stored.kind == .photo else {
      throw ServiceError.unknown(kind: kind, id: "\(id)")
    }
    return stored
  }
}
