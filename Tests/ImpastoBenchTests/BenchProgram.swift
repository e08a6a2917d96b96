import Foundation
import TestSupport
import Testing

/// The built `impasto-bench`, run as a user runs it.
struct BenchProgram {
  /// What one run left behind.
  struct Outcome {
    let exitCode: Int32
    let output: String
    let errors: String

    /// Standard output as the one JSON object that it has to be.
    func json() throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(object as? [String: Any])
    }

    /// The objects of one of its lists.
    func rows(_ name: String) throws -> [[String: Any]] {
      try #require(json()[name] as? [[String: Any]])
    }
  }

  static func run(_ arguments: [String]) throws -> Outcome {
    // Files and not pipes, which would have to be emptied while the program runs.
    let folder = try TemporaryFolder()
    let names = ["output", "errors"].map(folder.file)
    for name in names { try Data().write(to: URL(fileURLWithPath: name)) }
    let test = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let process = Process()
    process.executableURL =
      test.deletingLastPathComponent().appendingPathComponent("impasto-bench")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["COLUMNS": "80"]) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: names[0]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: names[1]))
    try process.run()
    process.waitUntilExit()
    return Outcome(
      exitCode: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: try String(contentsOfFile: names[0], encoding: .utf8),
      errors: try String(contentsOfFile: names[1], encoding: .utf8))
  }
}
