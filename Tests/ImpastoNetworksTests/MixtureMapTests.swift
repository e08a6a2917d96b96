import ImpastoNetworks
import ImpastoTensors
import Testing

@Suite struct MixtureMapTests {
  private let architecture = TransformArchitecture(widths: [4, 6, 8], residualBlocks: 1)

  /// Weights of two mixtures that differ from pixel to pixel.
  private func map(width: Int, height: Int) -> (map: MixtureMap, first: [Float]) {
    let first = (0..<width * height).map { Float($0 % 17) / 16 }
    let map = MixtureMap(
      weights: first.flatMap { [$0, 1 - $0] }, width: width, height: height, count: 2,
      for: architecture)
    return (map, first)
  }

  @Test func `every layer finds weights of its own resolution`() {
    for width in 16...24 {
      for height in 16...24 {
        let map = map(width: width, height: height).map
        let (columns, rows) = ((width + 3) / 4, (height + 3) / 4)
        // The encoder rounds up, the decoder doubles.
        for (reduction, scale) in [(1, 4), (2, 2), (4, 1)] {
          let weights = map.weights(reducedBy: reduction)
          #expect(
            weights.shape == [1, rows * scale, columns * scale, 2],
            "1/\(reduction) of \(width)×\(height)")
        }
      }
    }
  }

  @Test func `what a map takes is counted with the copies that make it, by its mixtures`() {
    let (width, height) = (48, 32)
    let map = map(width: width, height: height).map
    let held = [1, 2, 4].reduce(0) { $0 + 4 * map.weights(reducedBy: $1).scalars.count }
    let counted = MixtureMap.bytes(pixels: width * height, regions: 1)
    // The weights given, their extension, the tensor of it and what is read for the next one.
    #expect(counted > 2 * held && counted < 4 * held)
    #expect(MixtureMap.bytes(pixels: width * height, regions: 5) == 3 * counted)
    #expect(MixtureMap.bytes(pixels: width * height, regions: 0) == 0)
  }

  @Test func `full resolution holds the weights and repeats the border, the others hold means`() {
    let (map, first) = map(width: 18, height: 17)
    let full = map.weights(reducedBy: 1)
    #expect(full.shape == [1, 20, 20, 2])
    let scalars = full.scalars
    func weight(_ y: Int, _ x: Int) -> Float { first[min(y, 16) * 18 + min(x, 17)] }
    for y in 0..<20 {
      for x in 0..<20 {
        #expect(scalars[(y * 20 + x) * 2] == weight(y, x))
        #expect(scalars[(y * 20 + x) * 2 + 1] == 1 - weight(y, x))
      }
    }
    let quarter = map.weights(reducedBy: 4).scalars
    for y in 0..<5 {
      for x in 0..<5 {
        let sum = (0..<16).reduce(Float(0)) { $0 + weight(4 * y + $1 / 4, 4 * x + $1 % 4) }
        #expect(abs(quarter[(y * 5 + x) * 2] - sum / 16) < 1e-6)
      }
    }
  }

  @Test func `all the weight stays all at every resolution`() {
    let map = MixtureMap(
      weights: (0..<19 * 21).flatMap { _ in [Float(0), 1] }, width: 19, height: 21, count: 2,
      for: architecture)
    for reduction in [1, 2, 4] {
      let scalars = map.weights(reducedBy: reduction).scalars
      #expect(scalars.enumerated().allSatisfy { $0.element == Float($0.offset % 2) })
    }
  }
}
