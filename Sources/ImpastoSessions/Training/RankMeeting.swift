import Foundation
package import ImpastoCluster
import ImpastoFiles

/// The moment at which the ranks of a job tell each other what they are ready to do, before the first
/// of them writes anything.
///
/// Each rank takes part once, whether it is ready or has failed.
package final class RankMeeting {
  package let ranks: Communicator
  private var isOver = false

  private struct Answer: Codable {
    /// The values that have to be the same everywhere, by name.
    var facts: [String: String] = [:]
    /// The reason why it cannot begin.
    var failure: String?
  }

  package init(_ ranks: Communicator) { self.ranks = ranks }

  /// Tells the others that this rank cannot begin, unless they have met before.
  package func excuse(_ reason: String) {
    guard !isOver else { return }
    isOver = true
    _ = try? ranks.gather(Answer(failure: reason))
  }

  /// Checks that all ranks are ready for the same run.
  ///
  /// - Parameters:
  ///   - manifest: What the run began with, or begins with now.
  ///   - fingerprint: That of what is trained, as it is now.
  /// - Throws: ``SessionError/rankFailed(_:reason:)``, ``SessionError/ranksDiffer(_:differences:)``.
  func agree(on manifest: RunManifest, fingerprint: String) throws {
    isOver = true
    guard ranks.size > 1 else { return }
    var facts = try Self.facts(of: manifest)
    facts["program"] = SHA256Digest.hexadecimal(of: try FileContents.read("/proc/self/exe"))
    facts["state"] = fingerprint
    let answers = try ranks.gather(Answer(facts: facts))
    for (rank, answer) in answers.enumerated() {
      if let failure = answer.failure {
        throw SessionError.rankFailed(ranks.name(of: rank), reason: failure)
      }
    }
    for (rank, answer) in answers.enumerated() where answer.facts != answers[0].facts {
      throw SessionError.ranksDiffer(
        ranks.name(of: rank), differences: Self.differences(answer.facts, answers[0].facts))
    }
  }

  /// All values of a manifest, by the path of their keys.
  private static func facts(of manifest: RunManifest) throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    var facts: [String: String] = [:]
    func add(_ value: Any, at path: String) {
      let prefix = path.isEmpty ? "" : "\(path)."
      switch value {
      case let values as [String: Any]:
        for (key, value) in values { add(value, at: prefix + key) }
      case let values as [Any]:
        for (index, value) in values.enumerated() { add(value, at: "\(prefix)\(index + 1)") }
      default:
        facts[path] = "\(value)"
      }
    }
    add(try JSONSerialization.jsonObject(with: encoder.encode(manifest)), at: "")
    return facts
  }

  /// The first few facts that are not the same, in words.
  private static func differences(_ facts: [String: String], _ first: [String: String]) -> [String]
  {
    Set(facts.keys).union(first.keys).filter { facts[$0] != first[$0] }.sorted().prefix(4).map {
      "\($0) is \(facts[$0] ?? "missing") and not \(first[$0] ?? "missing")"
    }
  }
}
