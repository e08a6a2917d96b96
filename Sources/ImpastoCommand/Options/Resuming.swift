import ArgumentParser

/// Checks that a run that is resumed agrees with its beginning.
enum Resuming {
  /// Refuses a `value` other than the one that the run to resume began with.
  static func agree<Value: Equatable>(_ name: String, _ value: Value?, _ begun: Value) throws {
    guard let value, value != begun else { return }
    throw ValidationError(
      """
      \(name) \(value): this run began with \(begun), which --resume keeps; leave \(name) out, or \
      begin a new run under another --output
      """)
  }
}
