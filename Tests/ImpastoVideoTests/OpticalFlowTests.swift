import Foundation
import ImpastoImaging
import ImpastoVideo
import Testing

/// Flows between pictures whose motion is known.
struct OpticalFlowTests {
  /// The errors of a flow, in pixels of the frame, away from its borders.
  private func errors(
    _ flow: OpticalFlow, border: Int = 12, truth: (_ x: Double, _ y: Double) -> (Double, Double)
  ) -> [Double] {
    let count = flow.width * flow.height
    return (border..<flow.height - border).flatMap { y in
      (border..<flow.width - border).map { x in
        let (place, center) = (y * flow.width + x, (Double(2 * x) + 0.5, Double(2 * y) + 0.5))
        let (right, down) = truth(center.0, center.1)
        return hypot(
          2 * Double(flow.planes[place]) - right, 2 * Double(flow.planes[count + place]) - down)
      }
    }.sorted()
  }

  private func flow(_ first: Image, _ second: Image, threads: Int32 = 2) -> OpticalFlow {
    OpticalFlow(
      from: MotionPyramid(first, threads: threads), to: MotionPyramid(second, threads: threads),
      threads: threads)
  }

  @Test(arguments: [
    (1.0, 0.0, 1.0), (3, 0, 1), (1.5, -0.7, 1), (-6, 4, 1), (-12, 9, 2), (0, 20, 2),
  ])
  func `a shifted picture`(right: Double, down: Double, scale: Double) {
    let found = flow(
      .texture(width: 160, height: 120, scale: scale),
      .texture(width: 160, height: 120, scale: scale) { x, y in (x - right, y - down) })
    let errors = errors(found, border: 20) { _, _ in (right, down) }
    #expect(errors[errors.count / 2] < 0.1, "median")
    #expect(errors[errors.count * 9 / 10] < 0.3, "90 %")
  }

  @Test func `a picture that grows and turns`() {
    let (sine, cosine) = (1.02 * sin(0.02), 1.02 * cos(0.02))
    func moved(_ x: Double, _ y: Double) -> (Double, Double) {
      (80 + cosine * (x - 80) - sine * (y - 60), 60 + sine * (x - 80) + cosine * (y - 60))
    }
    // From the later picture back to the earlier one, which is how strokes are carried.
    let found = flow(
      .texture(width: 160, height: 120, moved), .texture(width: 160, height: 120))
    let errors = errors(found) { x, y in
      let (toX, toY) = moved(x, y)
      return (toX - x, toY - y)
    }
    #expect(errors[errors.count / 2] < 0.15 && errors[errors.count * 9 / 10] < 0.4)
  }

  @Test func `nothing moves where nothing is to be seen`() {
    let flat = Image(width: 70, height: 50, level: 90)
    #expect(flow(flat, flat).planes.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [(1, 1), (2, 1), (15, 15), (17, 3), (64, 9)])
  func `small pictures`(width: Int, height: Int) {
    let picture = Image.texture(width: width, height: height)
    let found = flow(picture, picture)
    #expect((found.width, found.height) == ((width + 1) / 2, (height + 1) / 2))
    #expect(found.planes.allSatisfy { abs($0) < 0.01 })
  }

  @Test func `the number of threads makes no difference`() {
    let (first, second) = (
      Image.texture(width: 130, height: 91),
      Image.texture(width: 130, height: 91) { x, y in (x - 3.3, y + 1.2) }
    )
    let alone = flow(first, second, threads: 1).planes
    for threads: Int32 in [2, 3, 7] {
      #expect(flow(first, second, threads: threads).planes == alone)
    }
  }

  @Test func `a flow after another leads where both lead`() {
    let pictures = [0.0, 2, 5].map { shift in
      MotionPyramid(.texture(width: 120, height: 90) { x, y in (x - shift, y) }, threads: 2)
    }
    let first = OpticalFlow(from: pictures[0], to: pictures[1], threads: 2)
    let second = OpticalFlow(from: pictures[1], to: pictures[2], threads: 2)
    let errors = errors(first.followed(by: second, threads: 2)) { _, _ in (5, 0) }
    #expect(errors[errors.count / 2] < 0.2)
  }
}

extension Image {
  /// A picture of waves in many directions, each pixel of which shows the texture at `place`.
  static func texture(
    width: Int, height: Int, seed: Double = 0, scale: Double = 1,
    _ place: (_ x: Double, _ y: Double) -> (Double, Double) = { ($0, $1) }
  ) -> Image {
    Image(
      width: width, height: height,
      pixels: (0..<height).flatMap { y in
        (0..<width).flatMap { x in
          let (x, y) = place(Double(x), Double(y))
          var level = 0.0
          for wave in 1...8 {
            let angle = Double(wave) * 2.4 + seed
            let length = scale * (5 + 3.7 * Double(wave))
            level += sin(
              (cos(angle) * x + sin(angle) * y) * 2 * .pi / length + Double(wave * wave) + seed)
          }
          let value = UInt8(min(255, max(0, 128 + 24 * level)))
          return [value, value, UInt8(255 - Int(value))]
        }
      })
  }
}
