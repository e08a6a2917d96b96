import ArgumentParser
import ImpastoCluster
import ImpastoSessions

/// A run that the ranks of a job share, where this process is one of them.
enum RankedRun {
  /// Leads `body`, which gets nil where this process was started by itself.
  ///
  /// Where a rank fails before all are ready, the others hear of it. Where one fails later, it ends and
  /// the launcher ends the others.
  static func lead(_ body: (RankMeeting?) throws -> Void) throws {
    guard let ranks = try Communicator.joined() else { return try body(nil) }
    let meeting = RankMeeting(ranks)
    do {
      try body(meeting)
    } catch let code as ExitCode {
      // All is done, and something of it has failed.
      ranks.leave()
      throw code
    } catch {
      if error is Interruption {
        // The first that ends would end the others, of which one may be saving.
        ranks.awaitAll()
      } else {
        meeting.excuse(CommandError.words(for: error))
      }
      throw error
    }
    ranks.leave()
  }
}

/// A command that works as one of several ranks too.
protocol RankedCommand {}

extension Launcher {
  /// Indicates whether this process is a rank for which rank 0 speaks.
  static var isMute: Bool { current.map { $0.rank > 0 } ?? false }
}
