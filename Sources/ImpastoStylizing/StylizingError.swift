public import Foundation
public import ImpastoImaging
public import ImpastoNetworks

/// The reasons a photo cannot be stylised.
public enum StylizingError: Error, Equatable, Sendable {
  /// The photo has fewer than `least` pixels on a side, which reflection padding needs.
  case tooSmall(width: Int, height: Int, minimum: Int)
  /// Scaled down for strokes of `strokeSize`, the photo has fewer than `least` pixels on a side.
  case strokesTooLarge(width: Int, height: Int, strokeSize: Double, minimum: Int)
  /// The model lacks a style of the mixture.
  case model(StyleModelError)
  /// A layer of the network, by its name, computed values that are not finite; with this mixture,
  /// where it paints styles.
  case notFinite(StyleMixture?, layer: String)
  /// The photo could not be read while it was painted.
  case photo(ImageError)
  /// The mask of a region, by its index, is too fine to show in a picture of this size.
  case invisibleRegion(Int, width: Int, height: Int)
  /// The network needs more memory than is allowed, however it is computed; both in bytes.
  case notEnoughMemory(width: Int, height: Int, needed: Int, allowed: Int)
  /// The progress callback stopped the work.
  case stopped
}

extension StylizingError: LocalizedError, CustomStringConvertible {
  /// The fault and the remedy.
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
      "the network's layer \(layer) gives numbers that are not finite"
        + (mixture.map { " for “\($0)”" } ?? "") + "; its "
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
