import ImpastoImaging
import ImpastoTensors
import ImpastoTraining
import Testing

@Suite struct OptimizationMemoryTests {
  private func bytes(
    width: Int = 512, height: Int = 512, painting: (Int, Int) = (300, 300),
    _ settings: OptimizationSettings = OptimizationSettings()
  ) -> Int {
    let pixels = [UInt8](repeating: 0, count: painting.0 * painting.1 * 3)
    let painting = Image(width: painting.0, height: painting.1, pixels: pixels)
    return settings.bytes(
      width: width, height: height, paintings: [painting], scalarType: .float32)
  }

  @Test func `memory grows with the picture, not with the size of a painting's file`() {
    // What is there whatever the size: the loss network's weights.
    let weights = 2 * bytes(width: 512, height: 512) - bytes(width: 1024, height: 512)
    #expect(weights > 200_000_000 && weights < 400_000_000)
    #expect(bytes(painting: (30, 30)) == bytes())
    #expect(bytes(OptimizationSettings(method: .adam)) < bytes())
  }

  @Test func `a long painting takes more than the picture, most if four times as long as high`() {
    let settings = OptimizationSettings(method: .adam)
    let long = bytes(painting: (1200, 300), settings)
    #expect(long > bytes(settings))
    #expect(bytes(painting: (300, 1200), settings) == long)
    // Its length is then what counts, and longer ones are narrower.
    #expect(bytes(painting: (1100, 300), settings) < long)
    #expect(bytes(painting: (1500, 300), settings) < long)
    #expect(bytes(painting: (1200, 300), OptimizationSettings(method: .adam, styleScale: 2)) > long)
  }
}
