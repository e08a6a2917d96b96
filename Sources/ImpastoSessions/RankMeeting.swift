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
    /// The values that have to be the same everywhere, of a rank that is ready.
    var facts: Facts?
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

  /// Checks that all ranks are ready for the same work.
  ///
  /// - Parameter facts: What its result depends on.
  /// - Throws: ``SessionError/rankFailed(_:reason:)``, ``SessionError/ranksDiffer(_:differences:)``.
  package func agree(on facts: Facts) throws {
    isOver = true
    guard ranks.size > 1 else { return }
    var facts = facts
    facts.values["program"] = SHA256Digest.hexadecimal(
      of: try FileContents.read("/proc/self/exe"))
    let answers = try ranks.gather(Answer(facts: facts))
    for (rank, answer) in answers.enumerated() {
      if let failure = answer.failure {
        throw SessionError.rankFailed(ranks.name(of: rank), reason: failure)
      }
    }
    guard let first = answers[0].facts else { return }
    for (rank, answer) in answers.enumerated() {
      guard let own = answer.facts, own != first else { continue }
      throw SessionError.ranksDiffer(
        ranks.name(of: rank), differences: own.differences(from: first))
    }
  }
}
