import Foundation
import ImpastoStylizing

/// A reason why something cannot be measured.
enum BenchError: Error, Equatable {
  case cannotStylize(String, StylizingError)
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
