import ArgumentParser
import ImpastoSessions

/// The baselines that a network is measured against: the values of `--against`.
struct Baselines: Equatable {
  /// Another checkpoint.
  private(set) var checkpoint: String?
  /// The most iterations of optimisations of the pixels.
  private(set) var iterations: Int?

  private static let prefix = "optimize:"

  /// Reads `optimize:N` and the name of a file, each at most once.
  init(_ values: [String]) throws {
    for value in values {
      if value == "optimize" || value.hasPrefix(Self.prefix) {
        guard let count = Int(value.dropFirst(Self.prefix.count)),
          EvaluationPlan.iterationCounts.contains(count)
        else {
          throw ValidationError(
            "--against \(value): expected optimize:N with N from 1 to \(EvaluationPlan.iterationCounts.upperBound)"
          )
        }
        guard iterations == nil else {
          throw ValidationError("--against \(value): optimize is given twice; give it once")
        }
        iterations = count
      } else {
        guard checkpoint == nil else {
          throw ValidationError("--against \(value): a second checkpoint; name one at a time")
        }
        checkpoint = value
      }
    }
  }
}
