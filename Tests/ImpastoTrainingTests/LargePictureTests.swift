import ImpastoCompute
import ImpastoImaging
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

/// What is measured of large pictures and of photos that move.
struct LargePictureTests {
  private func picture(_ width: Int, _ height: Int, _ level: (Int, Int) -> Int) -> Image {
    let pixels = (0..<width * height).flatMap { place in
      [UInt8](repeating: UInt8(level(place % width, place / width)), count: 3)
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  private func evaluator() throws -> Evaluator {
    Evaluator(
      lossNetwork: try FormulaLossNetwork.shared.get(), backend: OneDNNBackend(),
      scalarType: .float32, photoSize: 64, styleSize: 32)
  }

  @Test(arguments: [(643, 360), (700, 400), (200, 300), (64, 64), (1300, 365)])
  func `a photo that moves is seen through windows of one size that lie side by side`(
    _ size: (width: Int, height: Int)
  ) {
    let photo = picture(size.width, size.height) { x, y in (x * 7 + y * 13) % 251 }
    let views = ShiftMeasures.views(of: photo)
    #expect(views.count == 4 && views.allSatisfy { $0.width == 640 && $0.height == 360 })
    // Where both show the same part of the photo, the photo itself does not change.
    #expect(ShiftMeasures(of: views, named: "a.png").differences == [0, 0, 0])
  }

  @Test func `a pattern that stays while the photo moves counts with its levels`() {
    // A column of four is brighter by 10: two columns of four differ, for each move.
    let pictures = (0..<4).map { _ in picture(640, 360) { x, _ in x % 4 == 0 ? 110 : 100 } }
    let shift = ShiftMeasures(of: pictures, named: "a.png")
    #expect(shift.photo == "a.png")
    #expect(shift.differences.allSatisfy { abs($0 - Float(50).squareRoot()) < 0.05 })
  }

  @Test func `edges are those of the picture over the photo's`() throws {
    let evaluator = try evaluator()
    let target = evaluator.target(of: picture(40, 40) { x, y in (x * y) % 200 })
    let photo = picture(128, 128) { x, y in 100 + (x * 3 + y * 5) % 20 }
    let large = evaluator.largePhoto(photo, named: "a.png")
    func edges(_ picture: Image) -> Float {
      evaluator.sizeMeasures(of: picture, from: large, target: target).edges
    }
    #expect(edges(photo) == 1)
    #expect(edges(picture(128, 128) { _, _ in 90 }) == 0)
    // Twice the contrast has four times the energy.
    let bold = picture(128, 128) { x, y in 50 + 2 * ((x * 3 + y * 5) % 20) }
    #expect(abs(edges(bold) - 4) < 1e-3)
  }

  @Test func `a large picture is compared with the painting as it looks when shrunk`() throws {
    let evaluator = try evaluator()
    let target = evaluator.target(of: picture(40, 40) { x, y in (x * y) % 200 })
    let small = picture(64, 64) { x, y in (x * 11 + y * y) % 240 }
    let large = small.resized(width: 128, height: 128)
    let measured = evaluator.sizeMeasures(
      of: large, from: evaluator.largePhoto(large, named: "a.png"), target: target)
    let shrunk = large.resized(width: 64, height: 64)
    let losses = evaluator.losses(of: [shrunk], photo: shrunk, targets: [target])
    #expect(measured.style == losses[0].style && measured.size == 128)
  }
}
