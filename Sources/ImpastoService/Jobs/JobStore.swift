import Foundation
import GRDB

/// The jobs in the database.
struct JobStore: Sendable {
  let ledger: Ledger

  private enum Columns {
    static let (number, id) = (Column("number"), Column("id"))
    static let (state, key) = (Column("state"), Column("key"))
  }

  /// Accepts a job, which is on the disk then.
  func insert(_ record: JobRecord) throws(ServiceError) -> JobRecord {
    try ledger.write { database in
      var record = record
      try record.insert(database)
      return record
    }
  }

  /// Replaces what is known of a job.
  func update(_ record: JobRecord) throws(ServiceError) {
    try ledger.write { try record.update($0) }
  }

  /// Removes a job.
  func remove(_ id: Identifier) throws(ServiceError) {
    _ = try ledger.write { try JobRecord.filter(Columns.id == id).deleteAll($0) }
  }

  /// The job with an id, if there is one.
  func job(_ id: Identifier) throws(ServiceError) -> JobRecord? {
    try ledger.read { try JobRecord.filter(Columns.id == id).fetchOne($0) }
  }

  /// The job that was accepted with a key, if there is one.
  func job(key: String) throws(ServiceError) -> JobRecord? {
    try ledger.read { try JobRecord.filter(Columns.key == key).fetchOne($0) }
  }

  /// The newest jobs that were accepted before `number`, at most `limit`.
  func newest(before number: Int64?, limit: Int) throws(ServiceError) -> [JobRecord] {
    try ledger.read { database in
      try JobRecord.filter(Columns.number < number ?? .max).order(Columns.number.desc)
        .limit(limit).fetchAll(database)
    }
  }

  /// The jobs in a state, in the order of their acceptance.
  func jobs(in state: Job.State) throws(ServiceError) -> [JobRecord] {
    try ledger.read { database in
      try JobRecord.filter(Columns.state == state.rawValue).order(Columns.number)
        .fetchAll(database)
    }
  }

  /// Counts a start of the server, by which numbers of events grow beyond it.
  ///
  /// - Returns: How often it has started, this time included.
  func countStart() throws(ServiceError) -> Int {
    try ledger.write { database in
      try database.execute(sql: "UPDATE server SET starts = starts + 1")
      return try Int.fetchOne(database, sql: "SELECT starts FROM server") ?? 1
    }
  }
}
