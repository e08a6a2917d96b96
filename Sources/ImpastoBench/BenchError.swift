import Foundation
import ImpastoStylizing

/// A reason why something cannot be measured.
enum BenchError: Error, Equatable {
  /// A picture of the benchmark cannot be painted; the first value says which.
  case cannotStylize(String, StylizingError)
  /// The process of a trial ended with an exit status other than 0.
  case trialFailed(SoloTrial, status: Int32)
}

extension BenchError: CustomStringConvertible, LocalizedError {
  var description: String {
    switch self {
    case .cannotStylize(let photo, let error):
      "\(photo): \(error)"
    case .trialFailed(let trial, let status):
      """
      the process that measures \(trial.batch.map { "\($0) photos of " } ?? "")\
      \(trial.size)×\(trial.size) pixels ended early (status \(status)); it may have run out of memory\
      \(trial.batch == nil ? ": measure smaller pictures with --size" : "")
      """
    }
  }

  var errorDescription: String? { description }
}
