import Synchronization

/// The warnings of a command, each sentence once.
final class WarningLog: Sendable {
  private let state = Mutex<[String]>([])

  /// The sentences so far, in the order in which they came.
  var texts: [String] { state.withLock { $0 } }

  /// Notes a sentence; false where it is there already.
  ///
  /// Names of files that differ in their bytes make sentences that differ.
  func insert(_ text: String) -> Bool {
    state.withLock { texts in
      guard !texts.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else { return false }
      texts.append(text)
      return true
    }
  }
}

/// A result with the warnings of its command, which are left out where there are none.
struct ResultWithWarnings<Result: Encodable>: Encodable {
  let result: Result
  let warnings: [String]

  private enum Key: CodingKey {
    case warnings
  }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    guard !warnings.isEmpty else { return }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(warnings, forKey: .warnings)
  }
}
