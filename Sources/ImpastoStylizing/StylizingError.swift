public import Foundation
public import ImpastoNetworks

/// The reasons a photo cannot be stylised.
public enum StylizingError: Error, Equatable, Sendable {
  /// The photo has fewer pixels than the network's borders mirror.
  case tooSmall(width: Int, height: Int)
  /// Scaled down for its strokes, the photo has too few pixels.
  case strokesTooLarge(width: Int, height: Int, strokeSize: Double)
  /// The model cannot make the mixture.
  case model(StyleModelError)
  /// The network computed numbers that are not finite with these mixtures.
  case notFinite([StyleMixture])
}

extension StylizingError: LocalizedError, CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .tooSmall(let width, let height):
      "the picture is \(width)×\(height) pixels, and "
        + "\(TransformArchitecture.leastExtent)×\(TransformArchitecture.leastExtent) is the least; "
        + "use a larger one"
    case .strokesTooLarge(let width, let height, let strokeSize):
      "the picture is \(width)×\(height) pixels, of which strokes of size \(strokeSize) leave "
        + "fewer than \(TransformArchitecture.leastExtent) along a side; choose smaller strokes"
    case .model(let error):
      error.description
    case .notFinite(let mixtures):
      "the network gives numbers that are not finite for "
        + "\(mixtures.map { "“\($0)”" }.joined(separator: " and ")); its checkpoint was "
        + "probably saved by a diverged run, so use another"
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}
