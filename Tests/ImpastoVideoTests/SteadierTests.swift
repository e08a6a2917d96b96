import Foundation
import ImpastoImaging
import ImpastoVideo
import Testing

/// Films of known motion, whose frames are painted with strokes that have nothing in common.
struct SteadierTests {
  private let width = 128
  private let height = 96

  /// A frame of a texture that goes to the left.
  private func frame(_ shift: Double, seed: Double = 0) -> Image {
    .texture(width: width, height: height, seed: seed) { x, y in (x + shift, y) }
  }

  /// Strokes of frame number `index`, other ones in each.
  private func strokes(_ index: Int) -> Image {
    .texture(width: width, height: height, seed: 10 + 1.3 * Double(index))
  }

  /// The root mean square of the difference of two pictures, the second moved to the left, away from
  /// their borders.
  private func difference(_ first: Image, _ second: Image, shift: Int = 0) -> Double {
    var (sum, count) = (0.0, 0.0)
    for y in 16..<height - 16 {
      for x in 16..<width - 40 {
        let (a, b) = ((y * width + x) * 3, (y * width + x + shift) * 3)
        sum += pow(Double(first.pixels[a]) - Double(second.pixels[b]), 2)
        count += 1
      }
    }
    return (sum / count).squareRoot()
  }

  /// Whether a picture is another one but for its colours as a whole, which follow those of the
  /// present painting.
  private func shows(_ shown: Image, _ strokes: Image) -> Bool {
    (0..<3).allSatisfy { channel in
      let differences = stride(from: channel, to: shown.pixels.count, by: 3)
        .map { Double(shown.pixels[$0]) - Double(strokes.pixels[$0]) }
      let mean = differences.reduce(0, +) / Double(differences.count)
      let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(differences.count)).squareRoot() < 1.5
    }
  }

  @Test func `strokes move with what they show`() throws {
    var steadier = Steadier(threads: 2)
    #expect(steadier.steadiness == nil)
    var shown: Image?
    for index in 0..<12 {
      shown = steadier.steady(strokes(index), of: frame(2 * Double(index)))
      if index == 0 { #expect(shown == strokes(0)) }
    }
    let last = try #require(shown)
    #expect(difference(last, strokes(0), shift: 22) < 8)
    #expect(difference(last, strokes(11)) > 50)
    let steadiness = try #require(steadier.steadiness)
    #expect(steadiness.unsteadyChange > 50 && steadiness.steadyChange < 8)
  }

  @Test func `the number of threads makes no difference`() {
    func film(threads: Int) -> [Image] {
      var steadier = Steadier(threads: threads)
      return (0..<5).map { steadier.steady(strokes($0), of: frame(1.5 * Double($0))) }
    }
    let alone = film(threads: 1)
    for threads in [2, 3, 7] { #expect(film(threads: threads) == alone) }
  }

  @Test func `a cut begins anew`() {
    var steadier = Steadier(threads: 2)
    for index in 0..<4 { _ = steadier.steady(strokes(index), of: frame(Double(index))) }
    #expect(steadier.steady(strokes(4), of: frame(0, seed: 5)) == strokes(4))
    let next = steadier.steady(strokes(5), of: frame(0, seed: 5))
    #expect(difference(next, strokes(4)) < 3, "the new shot's strokes stay in turn")
  }

  @Test func `after a flash the strokes of before come back`() {
    var steadier = Steadier(threads: 2)
    for index in 0..<3 { _ = steadier.steady(strokes(index), of: frame(0)) }
    let flash = Image(
      width: width, height: height, pixels: frame(0).pixels.map { $0 / 4 + 191 })
    #expect(difference(steadier.steady(strokes(3), of: flash), strokes(3)) < 12)
    #expect(difference(steadier.steady(strokes(4), of: frame(0)), strokes(0)) < 3)
  }

  @Test func `nothing of black stays when a film fades in`() {
    var steadier = Steadier(threads: 2)
    var shown = strokes(0)
    for index in 0...40 {
      let dimmed = Image(
        width: width, height: height,
        pixels: frame(0).pixels.map { UInt8(Int($0) * index / 40) })
      shown = steadier.steady(index < 20 ? strokes(0) : strokes(1), of: dimmed)
    }
    #expect(difference(shown, strokes(1)) < 0.2 * difference(strokes(0), strokes(1)))
  }

  @Test func `what is uncovered is painted anew, and the rest is kept`() {
    func scene(_ left: Int) -> Image {
      var scene = frame(0)
      scene.paste(
        Image(width: 30, height: 30, pixels: .init(repeating: 20, count: 2700)), x: left, y: 30)
      return scene
    }
    var steadier = Steadier(threads: 2)
    _ = steadier.steady(strokes(0), of: scene(20))
    let shown = steadier.steady(strokes(1), of: scene(60))
    func part(_ picture: Image, _ x: Int, _ y: Int) -> Image {
      picture.cropped(x: x, y: y, width: 20, height: 16)
    }
    #expect(part(shown, 24, 36) == part(strokes(1), 24, 36), "uncovered")
    #expect(shows(part(shown, 100, 70), part(strokes(0), 100, 70)), "as before")
  }

  @Test func `colours follow those of the present painting`() {
    func dimmed(_ levels: Int) -> Image {
      Image(
        width: width, height: height,
        pixels: strokes(0).pixels.map { UInt8(100 + Int($0) * 100 / 255 - levels) })
    }
    var steadier = Steadier(threads: 2)
    _ = steadier.steady(dimmed(0), of: frame(0))
    let shown = (0..<20).map { _ in steadier.steady(dimmed(8), of: frame(0)) }
    #expect(difference(shown[0], dimmed(0)) < 4, "little by little")
    #expect(difference(shown[19], dimmed(8)) < 1)
  }

  @Test func `strokes stay sharp, however often they are moved`() {
    var steadier = Steadier(threads: 2)
    func edges(_ picture: Image) -> Int {
      (16..<height - 16).reduce(0) { sum, y in
        (16..<width - 16).reduce(sum) { sum, x in
          let place = 3 * (y * width + x)
          return sum + abs(Int(picture.pixels[place]) - Int(picture.pixels[place + 3]))
        }
      }
    }
    // Its finest waves are five pixels long.
    let painting = Image.texture(width: width, height: height, seed: 3, scale: 0.6)
    var shown = painting
    for index in 0..<120 {
      let place = 6 * sin(Double(index) / 9)
      shown = steadier.steady(
        index == 0 ? painting : Image(width: width, height: height, level: 127), of: frame(place))
    }
    #expect(Double(edges(shown)) > 0.95 * Double(edges(painting)))
  }

  @Test func `where styles change, one painting fades into a later one`() {
    var steadier = Steadier(threads: 2)
    _ = steadier.steady(strokes(0), of: frame(0))
    #expect(shows(steadier.steady(strokes(1), of: frame(0), aging: 0.2), strokes(0)))
    #expect(shows(steadier.steady(strokes(2), of: frame(0), aging: 0.2), strokes(0)))
    // The first begins to fade, and this one is the next that is kept.
    let begun = steadier.steady(strokes(3), of: frame(0), aging: 0.2)
    #expect(difference(begun, strokes(0)) > 5 && difference(begun, strokes(3)) > 5)
    let faded = steadier.steady(strokes(4), of: frame(0), aging: 0.4)
    #expect(difference(faded, strokes(3)) < 1)
    #expect(steadier.steady(strokes(5), of: frame(0), aging: 1) == strokes(5))
  }

  @Test(arguments: [(1, 1), (2, 1), (15, 15), (17, 3), (31, 200)])
  func `small frames`(width: Int, height: Int) {
    var steadier = Steadier(threads: 2)
    let frame = Image.texture(width: width, height: height)
    let pictures = (0..<3).map { Image.texture(width: width, height: height, seed: Double($0)) }
    #expect(steadier.steady(pictures[0], of: frame) == pictures[0])
    #expect(shows(steadier.steady(pictures[1], of: frame), pictures[0]))
    #expect(shows(steadier.steady(pictures[2], of: frame), pictures[0]))
  }

  @Test func `opacity is that of the present frame, and what appears is painted anew`() {
    func visible(_ columns: Range<Int>) -> Image {
      var frame = frame(0)
      frame.opacity = Opacity(
        width: width, height: height,
        levels: (0..<width * height).map { columns.contains($0 % width) ? 255 : 0 })
      return frame
    }
    var steadier = Steadier(threads: 2)
    var (first, second) = (strokes(0), strokes(1))
    first.opacity = visible(0..<64).opacity
    second.opacity = visible(0..<128).opacity
    _ = steadier.steady(first, of: visible(0..<64))
    let shown = steadier.steady(second, of: visible(0..<128))
    #expect(shown.opacity == second.opacity)
    let right = (x: 72, y: 0, width: 56, height: 96)
    func part(_ picture: Image) -> Image {
      picture.cropped(x: right.x, y: right.y, width: right.width, height: right.height)
    }
    #expect(part(shown) == part(second))
  }

  @Test func `what gets another label is painted anew`() {
    func labels(_ columns: Range<Int>) -> [UInt8] {
      (0..<width * height).map { columns.contains($0 % width) ? 255 : 0 }
    }
    var steadier = Steadier(threads: 2)
    _ = steadier.steady(strokes(0), of: frame(0), labels: labels(0..<64))
    let shown = steadier.steady(strokes(1), of: frame(0), labels: labels(0..<100))
    func part(_ picture: Image, _ columns: Range<Int>) -> Image {
      picture.cropped(x: columns.lowerBound, y: 0, width: columns.count, height: height)
    }
    #expect(part(shown, 66..<98) == part(strokes(1), 66..<98))
    #expect(shows(part(shown, 0..<52), part(strokes(0), 0..<52)))
  }
}
