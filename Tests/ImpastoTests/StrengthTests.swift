import Foundation
import Impasto
import ImpastoDifferentiation
import Testing

/// What `--strength` promises of the network that is shipped, by the loss that it was trained with.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: VGG19.cachePath),
    "`impasto weights install` has not been run"))
struct StrengthTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private let backend = OneDNNBackend(threads: .available)
  private let model: StyleModel
  private let network: VGG19

  init() throws {
    model = try StyleModel(
      contentsOf: Self.root.appending(path: "Checkpoints/impasto.safetensors").path)
    network = try VGG19()
  }

  /// The Gram matrices of a picture at the taps that styles are learned from.
  private func grams(of picture: Image) -> [Tensor] {
    let tape = Tape(backend: backend, isRecording: false)
    let pixels = Tensor(
      picture.pixels.map { Float($0) / 255 }, shape: [1, picture.height, picture.width, 3])
    let taps = [(1, 1), (2, 1), (3, 1), (4, 1)].map { VGG19.Tap($0, $1) }
    return network.features(taps, of: tape.constant(pixels), scalarType: .float32)
      .map { $0.gramMatrix().value }
  }

  /// The mean of ‖G − G′‖²/‖G′‖² over the taps.
  private func styleLoss(of picture: Image, to painting: [Tensor]) -> Double {
    let losses = zip(grams(of: picture), painting).map { found, wanted in
      backend.kernels.squaredDifference(found, wanted)[0]
        / backend.kernels.squaredDifference(wanted)[0]
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  @Test(arguments: [
    "arcimboldo-spring", "bazille-aigues-mortes", "bellini-pesaro-altarpiece", "durer-lion",
    "great-wave", "kandinsky-composition-viii",
  ])
  func `the style loss falls with every quarter of strength`(style: String) throws {
    let painting = try Image(
      contentsOf: Self.root.appending(path: "Styles/\(style).jpg").path)
    let target = grams(of: painting.scaled(shorterSide: 384))
    let stylizer = Stylizer(model: model, backend: backend, scalarType: .float32)
    for name in ["astronaut", "dandelions"] {
      let photo = try Image(
        contentsOf: Self.root.appending(path: "Docs/Pictures/\(name).jpg").path
      ).scaled(longerSide: 256)
      let losses = try [Float]([0, 0.25, 0.5, 0.75, 1]).map { strength in
        let mixture = StyleMixture(style).weakened(to: strength)
        return styleLoss(of: try stylizer.stylize(photo, with: mixture), to: target)
      }
      #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 }, "\(name): \(losses)")
      #expect(losses[4] < losses[0] / 10, "\(name): \(losses)")
    }
  }
}
