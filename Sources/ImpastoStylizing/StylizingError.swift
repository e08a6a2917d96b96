public import Foundation
public import ImpastoImaging
public import ImpastoNetworks

/// The reasons a photo cannot be stylised.
public enum StylizingError: Error, Equatable, Sendable {
  /// The photo has fewer pixels than the network's borders mirror.
  case tooSmall(width: Int, height: Int, least: Int)
  /// Scaled down for its strokes, the photo has too few pixels.
  case strokesTooLarge(width: Int, height: Int, strokeSize: Double, least: Int)
  /// The model cannot make the mixture.
  case model(StyleModelError)
  /// A layer of the network computed numbers that are not finite with this mixture.
  case notFinite(StyleMixture, layer: String)
  /// The photo could not be read while it was painted.
  case photo(ImageError)
  /// The mask of one of the regions is too fine to show in a picture of this size.
  case invisibleRegion(Int, width: Int, height: Int)
  /// Even the leanest way through the network takes more bytes than are allowed.
  case notEnoughMemory(width: Int, height: Int, needed: Int, allowed: Int)
  /// The caller did not want the picture any more.
  case stopped
}

extension StylizingError: LocalizedError, CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .tooSmall(let width, let height, let least):
      "the picture is \(width)×\(height) pixels, and \(least)×\(least) is the least; use a larger one"
    case .strokesTooLarge(let width, let height, let strokeSize, let least):
      "the picture is \(width)×\(height) pixels, of which strokes of size \(strokeSize) leave "
        + "fewer than \(least) along a side; choose smaller strokes"
    case .model(let error):
      error.description
    case .notFinite(let mixture, let layer):
      "the network's layer \(layer) gives numbers that are not finite for “\(mixture)”; its "
        + "checkpoint was probably saved by a diverged run, so use another"
    case .photo(let error):
      error.description
    case .invisibleRegion(let index, let width, let height):
      "the white in the mask of region \(index + 1) is too fine for a picture of "
        + "\(width)×\(height) pixels, so that its style would show nowhere; paint its place larger"
    case .notEnoughMemory(let width, let height, let needed, let allowed):
      "\(width)×\(height) pixels take at least \(Self.megabytes(needed, .up)) MB of memory to "
        + "paint, and \(Self.megabytes(allowed, .down)) MB are allowed; allow more, use a smaller "
        + "picture or scale it down"
    case .stopped:
      "stopped before the picture was done; begin again to get it"
    }
  }

  private static func megabytes(_ bytes: Int, _ rule: FloatingPointRoundingRule) -> Int {
    Int((Double(bytes) / 1e6).rounded(rule))
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}
