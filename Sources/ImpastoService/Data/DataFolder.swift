import Foundation
import GRDB
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoVideo

/// The folder of what the service keeps: its database, the files that were sent to it, and those of
/// its jobs.
///
/// One process works on it at a time. What is begun has a name of its own until it is whole, and what
/// the database does not know is removed at the next start: nothing half-written is ever shown.
package actor DataFolder {
  /// The version of the layout; a newer one is not touched.
  static let version = 1

  /// The path of the folder.
  package nonisolated let path: String
  let limits: DataLimits
  nonisolated let ledger: Ledger
  private let lock: ProcessLock

  /// The folder `service` in the user's cache.
  package static var usualPath: String { VGG19.cachePath.pathParts.folder.appendingPath("service") }

  /// Opens the folder at `path`, or makes it, and keeps other servers out.
  ///
  /// - Throws: ``ServiceError/dataInUse(_:by:)``, ``ServiceError/foreignData(_:)``,
  ///   ``ServiceError/newerData(_:version:)``, ``ServiceError/unusableData(_:reason:)``.
  package init(at path: String, limits: DataLimits = DataLimits()) throws(ServiceError) {
    (self.path, self.limits) = (path, limits)
    let isOurs: Bool
    do throws(FileError) {
      try Directory.make(path)
      isOurs = try Self.isOurs(path)
    } catch {
      throw ServiceError(error, at: path)
    }
    guard isOurs else { throw .foreignData(path) }
    do throws(FileError) {
      lock = try ProcessLock(path.appendingPath(Self.lockName))
      try Self.writeVersion(path)
      for name in ["files", "incoming", "jobs"] { try Directory.make(path.appendingPath(name)) }
    } catch {
      throw ServiceError(error, at: path)
    }
    let version = try Self.readVersion(path)
    guard version == "\(Self.version)" else { throw .newerData(path, version: version) }
    do throws(ServiceError) {
      ledger = try Ledger(path.appendingPath("service.sqlite"))
    } catch {
      guard case .cannotKeep(let reason) = error else { throw error }
      throw .unusableData(path, reason: reason)
    }
    try Self.removeOrphans(path, ledger)
  }

  // MARK: Beginning

  private static let lockName = "lock"
  private static let versionName = "version"

  /// Returns whether a folder is empty, or has been used as a data folder before.
  private static func isOurs(_ path: String) throws(FileError) -> Bool {
    let names = try Directory.names(in: path).filter { $0 != lockName }
    return names.isEmpty || names.contains(versionName)
  }

  private static func writeVersion(_ path: String) throws(FileError) {
    let file = path.appendingPath(versionName)
    if FileStatus.exists(file) {
      guard FileStatus.isWritable(path) else {
        throw .cannotWrite(path: path, reason: String(cString: strerror(EACCES)))
      }
      return
    }
    try AtomicFile.write(Array("\(version)\n".utf8), to: file)
  }

  private static func readVersion(_ path: String) throws(ServiceError) -> String {
    do throws(FileError) {
      let bytes = try FileContents.read(path.appendingPath(versionName), atMost: 64)
      return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw ServiceError(error, at: path)
    }
  }

  /// Removes files that the database does not know, and what it knows of files that have gone.
  private static func removeOrphans(_ path: String, _ ledger: Ledger) throws(ServiceError) {
    let (files, jobs) = try ledger.read { database in
      (try StoredPhoto.fetchAll(database), try JobRecord.fetchAll(database))
    }
    func names(_ folder: String) -> [String] {
      (try? Directory.names(in: path.appendingPath(folder))) ?? []
    }
    func remove(_ folder: String, _ name: String) {
      try? FileManager.default.removeItem(atPath: "\(path)/\(folder)/\(name)")
    }
    for name in names("incoming") { remove("incoming", name) }
    let present = Set(names("files"))
    let known = Set(files.map(\.id.description))
    for name in present.subtracting(known) { remove("files", name) }
    let knownJobs = Set(jobs.map(\.id.description))
    for name in names("jobs") where !knownJobs.contains(name) { remove("jobs", name) }
    let gone = files.filter { !present.contains($0.id.description) }
    if !gone.isEmpty {
      try ledger.write { database in for file in gone { try file.delete(database) } }
    }
  }

  // MARK: Files

  /// A path in the folder for a file in the making, which is not kept before it is added.
  package nonisolated func temporaryFile() -> String { "\(path)/incoming/\(Identifier())" }

  /// Keeps a photo or mask.
  ///
  /// - Parameters:
  ///   - file: The file, which is no longer there afterwards.
  ///   - type: Its media type.
  ///   - name: Its name for the client.
  /// - Throws: ``ServiceError``; `ImageError` where it cannot be read.
  package func addPhoto(from file: String, type: String, name: String) throws -> StoredPhoto {
    let reader = try ImageReader(contentsOf: file, named: name)
    return try add(.photo, file, width: reader.width, height: reader.height, type, name)
  }

  /// Keeps a film; the parameters are those of a photo.
  ///
  /// - Throws: ``ServiceError``.
  package func addFilm(
    from file: String, type: String, name: String
  ) throws(ServiceError) -> StoredPhoto {
    let film: VideoFile
    do throws(VideoError) { film = try VideoFile(file) } catch {
      throw .unreadableFilm(reason: error.description.replacing(file, with: name))
    }
    return try add(.film, file, width: film.width, height: film.height, type, name)
  }

  private func add(
    _ kind: StoredPhoto.Kind, _ file: String, width: Int, height: Int, _ type: String,
    _ name: String
  ) throws(ServiceError) -> StoredPhoto {
    let stored = StoredPhoto(
      id: Identifier(), kind: kind, width: width, height: height,
      bytes: (try? FileStatus(file).size) ?? 0, type: type, name: name, added: .now,
      expires: Date(timeIntervalSinceNow: limits.fileLifetime))
    try makeRoom(for: stored.bytes)
    do throws(FileError) {
      try AtomicFile.move(file, to: self.file(of: stored.id))
    } catch {
      throw ServiceError(keeping: error)
    }
    do throws(ServiceError) {
      try ledger.write { try stored.insert($0) }
    } catch {
      unlinkFile(stored.id)
      throw error
    }
    return stored
  }

  /// The photo, mask or film with an id, whose time begins anew; nil where there is none.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func photo(_ id: Identifier) throws(ServiceError) -> StoredPhoto? {
    guard var stored = try ledger.read({ try StoredPhoto.fetchOne($0, id: id) }),
      stored.expires > .now
    else { return nil }
    // Not at each use: writing takes time.
    if stored.expires.timeIntervalSinceNow < limits.fileLifetime / 2 {
      stored.expires = Date(timeIntervalSinceNow: limits.fileLifetime)
      let renewed = stored
      try ledger.write { try renewed.update($0) }
    }
    return stored
  }

  /// The path of a file that was added.
  package nonisolated func file(of id: Identifier) -> String { "\(path)/files/\(id)" }

  /// Removes a photo, mask or film, if it is there.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func remove(_ id: Identifier) throws(ServiceError) {
    _ = try ledger.write { try StoredPhoto.deleteOne($0, id: id) }
    unlinkFile(id)
  }

  private func unlinkFile(_ id: Identifier) { file(of: id).withSystemPath { _ = unlink($0) } }
}

extension ServiceError {
  /// The error for a data folder that cannot be used.
  fileprivate init(_ error: FileError, at path: String) {
    self =
      switch error {
      case .inUse(_, let process): .dataInUse(path, by: process)
      case .cannotMakeFolder(_, let reason), .cannotWrite(_, let reason),
        .unreadable(_, let reason):
        .unusableData(path, reason: reason)
      default: .unusableData(path, reason: "not a folder")
      }
  }
}
