/// Values that take long to make: each is made once for all that ask, and the last ones are kept.
actor SharedValues<Key: Hashable & Sendable, Value: Sendable> {
  private struct Entry {
    let task: Task<Value, any Error>
    var bytes = 0
    var lastUse: Int
  }

  private var entries: [Key: Entry] = [:]
  private var uses = 0
  private let limit: Int
  private let size: @Sendable (Value) -> Int

  /// Creates a store.
  ///
  /// - Parameters:
  ///   - limit: The bytes that are kept.
  ///   - size: The bytes of a value.
  init(limit: Int, size: @escaping @Sendable (Value) -> Int) {
    (self.limit, self.size) = (limit, size)
  }

  /// The value for `key`, made by `make` where it is not kept.
  func value(
    for key: Key, _ make: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    uses += 1
    let task = entries[key]?.task ?? Task { try await make() }
    entries[key, default: Entry(task: task, lastUse: uses)].lastUse = uses
    do {
      let value = try await task.value
      entries[key]?.bytes = size(value)
      trim()
      return value
    } catch {
      entries[key] = nil
      throw error
    }
  }

  /// Forgets values.
  func remove(where isUnwanted: (Key) -> Bool) {
    for key in entries.keys where isUnwanted(key) { entries[key] = nil }
  }

  private func trim() {
    var sum = entries.values.reduce(0) { $0 + $1.bytes }
    for (key, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse })
    where sum > limit && entry.bytes > 0 {
      entries[key] = nil
      sum -= entry.bytes
    }
  }
}
