import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

extension TemporaryFolder {
  /// Writes a small untrained checkpoint whose styles differ; the first has a painting and a title
  /// that HTML would misread.
  func makeVariedModel(_ name: String) throws {
    let names = TemporaryFolder.styleNames
    let architecture = TransformArchitecture(widths: [4, 4, 4], residualBlocks: 1)
    let shape: Shape = [names.count + 1, architecture.styleLength]
    var random = RandomSource(seed: 3)
    let scale = (0..<shape.count).map { _ in 1 + 0.3 * random.normal() }
    let shift = (0..<shape.count).map { _ in 0.3 * random.normal() }
    let painting = Image(width: 3, height: 2, pixels: [UInt8](repeating: 90, count: 18))
    let model = StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 5),
      bank: StyleBank(
        names: names + [StyleBank.photoName], scale: Tensor(scale, shape: shape),
        shift: Tensor(shift, shape: shape)),
      styles: names.map {
        StyleDescription(name: $0, title: "Sea <& Sky>", artist: "An \"Artist\"", year: "c. 1831")
      }, thumbnails: [names[0]: try painting.encoded(as: .jpeg)])
    try model.write(to: file(name))
  }

  /// The photo in a style, as `impasto stylize` paints it.
  func stylized(_ photo: String, _ style: String, _ program: Program) throws -> Image {
    let name = "alone-\(style).png"
    let outcome = try program.run("stylize", photo, "--style", style, "-o", name, "-q")
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    defer { try? FileManager.default.removeItem(atPath: file(name)) }
    return try Image(contentsOf: file(name))
  }
}
