import ImpastoImaging
import Testing

struct ColorTests {
  private func picture(_ pixels: [UInt8]...) -> Image {
    Image(width: pixels.count, height: 1, pixels: pixels.flatMap { $0 })
  }

  private func luma(_ pixel: ArraySlice<UInt8>) -> Float {
    let levels = pixel.map(Float.init)
    return 0.299 * levels[0] + 0.587 * levels[1] + 0.114 * levels[2]
  }

  @Test func `a picture's own colours change nothing`() throws {
    let picture = try Fixture.expected("detail")
    #expect(picture.withColors(of: picture) == picture)
  }

  @Test func `any colours keep the luminance to half a level`() throws {
    let picture = try Fixture.expected("detail")
    let photo = picture.flippedHorizontally()
    let colored = picture.withColors(of: photo)
    #expect(colored != picture && colored != photo)
    for i in stride(from: 0, to: picture.pixels.count, by: 3) {
      let difference = luma(colored.pixels[i..<i + 3]) - luma(picture.pixels[i..<i + 3])
      #expect(abs(difference) <= 0.5, "pixel \(i / 3)")
    }
  }

  @Test func `a grey photo takes all colour away`() {
    let colored = picture([200, 30, 30], [10, 250, 90]).withColors(
      of: picture([7, 7, 7], [9, 9, 9]))
    #expect(colored == picture([81, 81, 81], [160, 160, 160]))
  }

  @Test func `chroma that the screen shows is kept`() {
    let colored = picture([100, 100, 100]).withColors(of: picture([150, 120, 90]))
    #expect(colored == picture([124, 94, 64]))
  }

  @Test func `what would leave the screen's colours turns paler, in its hue`() {
    // Red on near white and on near black, where it has no room.
    let colored = picture([250, 250, 250], [10, 10, 10]).withColors(
      of: picture([255, 0, 0], [255, 0, 0]))
    #expect(colored == picture([255, 248, 248], [33, 0, 0]))
    let (white, black) = (picture([255, 255, 255]), picture([0, 0, 0]))
    #expect(white.withColors(of: picture([0, 90, 200])) == white)
    #expect(black.withColors(of: picture([0, 90, 200])) == black)
  }
}
