import TestSupport
import Testing

/// The built `impasto-bench`, run as a user runs it.
enum BenchProgram {
  static func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program(folder: TemporaryFolder(), executable: Program.path(of: "impasto-bench"))
      .run(arguments)
  }
}

extension Program.Outcome {
  /// The objects of one of the lists that standard output holds as JSON.
  func rows(_ name: String) throws -> [[String: Any]] {
    try #require(json()[name] as? [[String: Any]])
  }
}
