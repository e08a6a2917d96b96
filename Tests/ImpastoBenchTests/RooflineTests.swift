import ImpastoBench
import ImpastoNetworks
import ImpastoTensors
import Testing

struct RooflineTests {
  /// One channel everywhere, so that counts are those of pixels and weights.
  private let thin = TransformArchitecture(widths: [1, 1, 1], residualBlocks: 1)

  @Test func `operations are those of direct convolutions on the grid of each layer`() {
    let work = thin.work(width: 8, height: 16)
    #expect(
      work.map(\.name) == [
        "encoder.1", "encoder.2", "encoder.3", "residual.1.1", "residual.1.2", "decoder.1",
        "decoder.2", "decoder.3",
      ])
    // Two for each weight of each output: 9×9×3 of 128 pixels, 3×3 of 32 and 8 pixels, 2×2 where
    // upsampling is merged into the filters.
    #expect(
      work.map(\.operationCount) == [
        2 * 128 * 81 * 3, 2 * 32 * 9, 2 * 8 * 9, 2 * 8 * 9, 2 * 8 * 9, 2 * 32 * 4, 2 * 128 * 4,
        2 * 384 * 81,
      ])
  }

  @Test func `bytes are those read once and written once, the pixels' in eight bits`() {
    let work = thin.work(width: 8, height: 16)
    #expect(
      work.map { $0.byteCount(.bfloat16) } == [
        384 + 2 * 128, 2 * (128 + 32), 2 * (32 + 8), 2 * (8 + 8), 2 * (8 + 8 + 8), 2 * (8 + 32),
        2 * (32 + 128), 2 * 128 + 384,
      ])
    #expect(work[1].byteCount(.float32) == 4 * (128 + 32))
  }

  @Test func `odd extents are halved rounding up, and the picture is what comes back of them`() {
    let work = thin.work(width: 9, height: 17)
    #expect(
      work.map(\.operationCount) == [
        2 * 153 * 81 * 3, 2 * 45 * 9, 2 * 15 * 9, 2 * 15 * 9, 2 * 15 * 9, 2 * 60 * 4, 2 * 240 * 4,
        2 * 720 * 81,
      ])
  }

  @Test func `the published network takes 267,000 operations a pixel`() {
    let operations = TransformArchitecture.published.work(width: 256, height: 256)
      .reduce(0) { $0 + $1.operationCount }
    #expect(operations / (256 * 256) == 266_624)
  }

  @Test func `layers take the longer of their two times, overlapped all of them the longer sum`() {
    let work = thin.work(width: 8, height: 16)
    let operations = work.map { Double($0.operationCount) }
    let bytes = work.map { Double($0.byteCount(.bfloat16)) }
    // Layers of 3×3 compute 18 operations an output and move 2 to 10 bytes for it.
    let roofline = Roofline(work, .bfloat16, operationRate: 100, byteRate: 10)
    let expected = zip(operations, bytes).reduce(0) { $0 + max($1.0 / 100, $1.1 / 10) }
    #expect(abs(roofline.layerByLayer - expected) < 1e-9)
    #expect(abs(roofline.overlapped - operations.reduce(0, +) / 100) < 1e-9)
    #expect(roofline.layerByLayer > roofline.overlapped)

    let starved = Roofline(work, .bfloat16, operationRate: 1e12, byteRate: 10)
    #expect(abs(starved.layerByLayer - bytes.reduce(0, +) / 10) < 1e-9)
    #expect(abs(starved.overlapped - bytes.reduce(0, +) / 10) < 1e-9)
  }
}

struct FairShareTests {
  @Test func `two threads beside one busy process on two processors get two thirds of them`() {
    #expect(FairShare.slowdown(threads: 2, busy: 1, processors: 2) == 1.5)
    #expect(FairShare.slowdown(threads: 2, busy: 2, processors: 2) == 2)
  }

  @Test func `processors that are left over slow nothing down`() {
    #expect(FairShare.slowdown(threads: 1, busy: 1, processors: 2) == 1)
    #expect(FairShare.slowdown(threads: 2, busy: 1, processors: 16) == 1)
  }
}
