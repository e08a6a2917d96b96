import Foundation
import ImpastoStylizing

/// A reason why something cannot be measured.
enum BenchError: Error, Equatable {
  case cannotStylize(String, StylizingError)
}

extension BenchError: CustomStringConvertible, LocalizedError {
  var description: String {
    switch self {
    case .cannotStylize(let photo, let error): "\(photo): \(error)"
    }
  }

  var errorDescription: String? { description }
}
