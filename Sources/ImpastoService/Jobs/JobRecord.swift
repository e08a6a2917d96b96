import Foundation
import GRDB

/// A job as the database keeps it.
struct JobRecord: Codable, Sendable, FetchableRecord, MutablePersistableRecord {
  static let databaseTableName = "job"

  /// The file that the job has made.
  struct Result: Codable, Sendable {
    var type, name: String
    var bytes: Int
    var width, height: Int?
  }

  /// The place among all jobs, in the order of their acceptance.
  var number: Int64?
  let id: Identifier
  var state = Job.State.queued
  let settings: JobSettings
  let command: JobCommand
  /// The key by which a request that is sent again is known, if it had one.
  let key: String?
  /// The digest of the settings.
  let digest: String
  var created = Date.now
  var started, ended: Date?
  /// The number of times that the server ended without notice while the job was at work.
  var crashes = 0
  /// Indicates whether a training is to stop early and keep what it has learned.
  var isFinishing = false
  var result: Result?
  var problem: Problem?

  mutating func didInsert(_ inserted: InsertionSuccess) { number = inserted.rowID }
}
