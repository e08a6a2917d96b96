import ImpastoImaging
import Testing

struct ImageGeometryTests {
  private let detail: Image

  init() throws { detail = try Fixture.expected("detail") }

  @Test(arguments: [(13, 9), (1, 1), (7, 24), (32, 5), (50, 40), (33, 23), (64, 6), (3, 70)])
  func `resizing agrees with Pillow's Lanczos`(width: Int, height: Int) throws {
    let resized = detail.resized(width: width, height: height)
    let expected = try Fixture.expected("detail-\(width)x\(height)")
    let difference = try #require(largestDifference(resized, expected))
    #expect(difference <= 1, "\(Fixture.command)")
  }

  @Test(arguments: [(8, 6), (40, 7)])
  func `resizing agrees with Pillow's bicubic filter`(width: Int, height: Int) throws {
    let resized = detail.resized(width: width, height: height, filter: .bicubic)
    let expected = try Fixture.expected("detail-bicubic-\(width)x\(height)")
    let difference = try #require(largestDifference(resized, expected))
    #expect(difference <= 1, "\(Fixture.command)")
  }

  @Test(arguments: [(16, 16), (5, 7), (100, 33), (1, 200)])
  func `a picture of one colour keeps it to the border`(width: Int, height: Int) {
    let colour: [UInt8] = [200, 3, 255]
    let flat = Image(width: 23, height: 31, pixels: (0..<23 * 31).flatMap { _ in colour })
    let resized = flat.resized(width: width, height: height)
    #expect(resized.pixels == (0..<width * height).flatMap { _ in colour })
  }

  @Test func `resizing to the same size changes nothing`() {
    #expect(detail.resized(width: 32, height: 24) == detail)
  }

  @Test func `scaling keeps the proportions`() {
    func size(_ image: Image) -> [Int] { [image.width, image.height] }
    let tall = detail.cropped(x: 0, y: 0, width: 9, height: 24)
    #expect(size(detail.scaled(longerSide: 64)) == [64, 48])
    #expect(size(detail.scaled(longerSide: 9)) == [9, 7])
    #expect(size(tall.scaled(longerSide: 8)) == [3, 8])
    #expect(size(detail.scaled(shorterSide: 12)) == [16, 12])
    #expect(size(tall.scaled(shorterSide: 18)) == [18, 48])
    #expect(size(tall.scaled(longerSide: 1)) == [1, 1])
  }

  @Test func `a part holds the pixels of its place`() {
    let part = detail.cropped(x: 5, y: 7, width: 3, height: 2)
    #expect([part.width, part.height] == [3, 2])
    for (x, y) in [(0, 0), (2, 0), (0, 1), (2, 1)] {
      #expect(pixel(part, x, y) == pixel(detail, x + 5, y + 7))
    }
    #expect(detail.cropped(x: 0, y: 0, width: 32, height: 24) == detail)
  }

  @Test func `a mirror image exchanges left and right`() {
    let mirrored = detail.flippedHorizontally()
    for (x, y) in [(0, 0), (31, 0), (4, 23), (17, 9)] {
      #expect(pixel(mirrored, x, y) == pixel(detail, 31 - x, y))
    }
    #expect(mirrored.flippedHorizontally() == detail)
  }

  @Test func `pixels that do not fill the picture and parts outside it are mistakes`() async {
    await #expect(processExitsWith: .failure) {
      _ = Image(width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 11))
    }
    await #expect(processExitsWith: .failure) {
      var image = Image(width: 1, height: 1, pixels: [1, 2, 3])
      image.pixels.removeLast()
    }
    await #expect(processExitsWith: .failure) {
      let image = Image(width: 1, height: 1, pixels: [1, 2, 3])
      _ = image.cropped(x: 1, y: 0, width: .max, height: 1)
    }
  }

  private func pixel(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
    Array(image.pixels[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
  }
}
