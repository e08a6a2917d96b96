import Foundation
import GRDB

extension DataFolder {
  /// Something that may be removed to make room.
  private struct Kept: Codable, FetchableRecord {
    let id: Identifier
    let isJob: Bool
    let bytes: Int
  }

  /// Removes what has outlived its time.
  ///
  /// - Throws: ``ServiceError/cannotKeep(reason:)``.
  package func removeExpired() throws(ServiceError) {
    let ended = Date(timeIntervalSinceNow: -limits.jobLifetime)
    let expired = try ledger.read { database in
      try Kept.fetchAll(
        database,
        sql: """
          SELECT id, FALSE AS isJob, bytes FROM file WHERE expires <= ?
          UNION ALL SELECT id, TRUE, 0 FROM job WHERE ended <= ?
          """, arguments: [Date.now, ended])
    }
    try remove(expired)
  }

  /// Removes the oldest results and files until `bytes` more are within the quota.
  ///
  /// Jobs that have not ended stay: they hold links of their own to the files that they need.
  ///
  /// - Throws: ``ServiceError/quotaExceeded(bytes:limit:)``, ``ServiceError/cannotKeep(reason:)``.
  func makeRoom(for bytes: Int) throws(ServiceError) {
    guard bytes <= limits.bytes else {
      throw .quotaExceeded(bytes: bytes, limit: limits.bytes)
    }
    let kept = try ledger.read { database in
      try Kept.fetchAll(
        database,
        sql: """
          SELECT id, isJob, bytes FROM (
            SELECT id, FALSE AS isJob, bytes, added AS time FROM file
            UNION ALL SELECT id, TRUE, coalesce(json_extract(result, '$.bytes'), 0), ended
            FROM job WHERE ended IS NOT NULL
          ) ORDER BY time
          """)
    }
    var total = kept.reduce(bytes) { $0 + $1.bytes }
    try remove(
      Array(
        kept.prefix { old in
          guard total > limits.bytes else { return false }
          total -= old.bytes
          return true
        }))
  }

  private func remove(_ things: [Kept]) throws(ServiceError) {
    for thing in things {
      if thing.isJob {
        _ = try ledger.write { try JobRecord.filter(Column("id") == thing.id).deleteAll($0) }
        JobFolder(thing.id, in: path).remove()
      } else {
        try remove(thing.id)
      }
    }
  }
}
