import Foundation
import GRDB
import ImpastoFiles

/// The database of what the service keeps: files that were sent to it, and jobs.
///
/// What a write has returned from is on the disk, whatever ends the process or the machine.
struct Ledger: Sendable {
  private let queue: DatabaseQueue

  /// Opens the database at `path`, or makes it.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``, ``ServiceError/newerData(_:version:)``.
  init(_ path: String) throws(ServiceError) {
    do {
      var configuration = Configuration()
      configuration.journalMode = .wal
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      queue = try DatabaseQueue(path: path, configuration: configuration)
      let migrator = Self.migrator
      if try queue.read(migrator.hasBeenSuperseded) {
        throw ServiceError.newerData(path, version: "of the database")
      }
      try migrator.migrate(queue)
    } catch {
      throw ServiceError(keeping: error)
    }
  }

  /// Reads with `body`.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  func read<Value>(_ body: (Database) throws -> Value) throws(ServiceError) -> Value {
    do { return try queue.read(body) } catch { throw ServiceError(keeping: error) }
  }

  /// Changes with `body` all or nothing.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``, as where the disk is full.
  func write<Value>(_ body: (Database) throws -> Value) throws(ServiceError) -> Value {
    do { return try queue.write(body) } catch { throw ServiceError(keeping: error) }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.create(table: StoredPhoto.databaseTableName) { table in
        table.primaryKey("id", .text)
        table.column("kind", .text).notNull()
        table.column("width", .integer).notNull()
        table.column("height", .integer).notNull()
        table.column("bytes", .integer).notNull()
        table.column("type", .text).notNull()
        table.column("name", .text).notNull()
        table.column("added", .datetime).notNull()
        table.column("expires", .datetime).notNull()
      }
      try database.create(table: JobRecord.databaseTableName) { table in
        table.autoIncrementedPrimaryKey("number")
        table.column("id", .text).notNull().unique()
        table.column("state", .text).notNull().indexed()
        table.column("settings", .jsonText).notNull()
        table.column("command", .jsonText).notNull()
        table.column("key", .text).unique()
        table.column("digest", .text).notNull()
        table.column("created", .datetime).notNull()
        table.column("started", .datetime)
        table.column("ended", .datetime)
        table.column("crashes", .integer).notNull()
        table.column("isFinishing", .boolean).notNull()
        table.column("result", .jsonText)
        table.column("problem", .jsonText)
      }
      try database.create(table: "server") { $0.column("starts", .integer).notNull() }
      try database.execute(sql: "INSERT INTO server VALUES (0)")
    }
    return migrator
  }
}

extension StoredPhoto: FetchableRecord, PersistableRecord {
  static let databaseTableName = "file"
}

extension Identifier: DatabaseValueConvertible {
  var databaseValue: DatabaseValue { description.databaseValue }

  static func fromDatabaseValue(_ value: DatabaseValue) -> Identifier? {
    String.fromDatabaseValue(value).flatMap { Identifier($0) }
  }
}

extension ServiceError {
  /// The error for what writing files or the database has thrown.
  init(keeping error: any Error) {
    self =
      switch error {
      case let error as ServiceError: error
      case FileError.cannotWrite(_, let reason), FileError.cannotMakeFolder(_, let reason):
        .cannotKeep(reason: reason)
      case let error as DatabaseError:
        .cannotKeep(reason: error.message ?? error.resultCode.description)
      default: .cannotKeep(reason: error.localizedDescription)
      }
  }
}
