import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors

/// What all sections measure with.
struct Workbench {
  let backend: OneDNNBackend
  let ceilings: Ceilings
  let precisions: [ScalarType]
  let sizes: [Int]
  let runs: Int
  /// Used instead of noise.
  let photo: Image?

  /// The published network with random weights and one style.
  let model = StyleModel(
    network: TransformNetwork(architecture: .published, seed: 1),
    bank: StyleBank(names: ["plain"], architecture: .published),
    styles: [StyleDescription(name: "plain")])

  /// Its style.
  let mixture = StyleMixture("plain")

  func stylizer(on backend: any ComputeBackend, _ type: ScalarType) -> Stylizer {
    Stylizer(model: model, backend: backend, scalarType: type)
  }

  /// A square picture: the middle of the photo, or noise.
  func picture(size: Int, seed: UInt64 = 1) -> Image {
    guard let photo else {
      return Image(
        width: size, height: size, pixels: Self.noise(count: size * size * 3, seed: seed))
    }
    let scaled = photo.scaled(shorterSide: size)
    return scaled.cropped(
      x: (scaled.width - size) / 2, y: (scaled.height - size) / 2, width: size, height: size)
  }

  /// Numbers in −1…1 that bf16 does not hold exactly.
  func noise(_ shape: Shape, seed: UInt64) -> Tensor {
    backend.kernels.tensor(
      fromLevels: Self.noise(count: shape.count, seed: seed), shape: shape, center: 128,
      scale: 1 / 129, type: .float32)
  }

  /// Random levels.
  static func noise(count: Int, seed: UInt64) -> [UInt8] {
    var random = RandomSource(seed: seed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}
