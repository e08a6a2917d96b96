public import Foundation
public import ImpastoNetworks

/// The reasons a photo cannot be stylised.
public enum StylizingError: Error, Equatable, Sendable {
  /// The photo has fewer pixels than the network's borders mirror.
  case tooSmall(width: Int, height: Int)
  /// The model cannot make the mixture.
  case model(StyleModelError)
  /// The network computed numbers that are not finite.
  case notFinite(StyleMixture)
}

extension StylizingError: LocalizedError, CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .tooSmall(let width, let height):
      "the picture is \(width)×\(height) pixels, and "
        + "\(TransformArchitecture.leastExtent)×\(TransformArchitecture.leastExtent) is the least; "
        + "use a larger one"
    case .model(let error):
      error.description
    case .notFinite(let mixture):
      "the network gives numbers that are not finite for “\(mixture)”; its checkpoint was "
        + "probably saved by a diverged run, so use another"
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}
