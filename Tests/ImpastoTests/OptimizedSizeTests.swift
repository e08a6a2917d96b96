import Foundation
import Impasto
import Testing

/// Optimisations of a real photo in the style of a real painting.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: VGG19.cachePath),
    "`impasto weights install` has not been run"))
struct OptimizedSizeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func image(_ name: String) throws -> Image {
    try Image(contentsOf: root.appending(path: name).path)
  }

  @Test func `the same settings give the like picture at two sizes`() throws {
    let photo = try Self.image("Docs/Pictures/astronaut.jpg")
    let painting = try Self.image("Styles/van-gogh-auvers.jpg")
    let lossNetwork = try VGG19()
    func picture(size: Int, scales: Int) throws -> Image {
      let optimization = try ImageOptimization(
        of: photo.resized(width: size, height: size), in: [.init(painting)],
        settings: OptimizationSettings(iterations: 20, scales: scales), lossNetwork: lossNetwork,
        backend: OneDNNBackend(threads: .available), scalarType: .float32)
      while !optimization.isFinished { try optimization.step() }
      return optimization.picture
    }
    let (small, large) = (try picture(size: 96, scales: 1), try picture(size: 192, scales: 2))
    #expect(Self.difference(small, photo) > 30)
    #expect(Self.difference(small, large) < 0.3 * Self.difference(small, photo))
  }

  /// The root mean square of what two pictures differ by, seen from afar.
  private static func difference(_ one: Image, _ other: Image) -> Float {
    let (one, other) = (one.resized(width: 24, height: 24), other.resized(width: 24, height: 24))
    let differences = zip(one.pixels, other.pixels).map { Float($0) - Float($1) }
    let squares = differences.reduce(0) { $0 + $1 * $1 }
    return (squares / Float(differences.count)).squareRoot()
  }
}
