import ArgumentParser
import ImpastoImaging
import ImpastoNetworks

/// A list of heights and widths, such as `256,512`.
struct Sizes {
  let extents: [Int]

  /// From what the network paints to what a picture may have.
  private static let range =
    TransformArchitecture.minimumExtent...Int(Double(Image.pixelLimit).squareRoot())

  init(parsing text: String) throws {
    extents = try text.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let extent = Int($0), Self.range.contains(extent) else {
        throw ValidationError(
          "expected numbers from \(Self.range.lowerBound) to \(Self.range.upperBound), joined by commas"
        )
      }
      return extent
    }
  }
}
