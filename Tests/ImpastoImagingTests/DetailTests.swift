import ImpastoImaging
import Testing

struct DetailTests {
  @Test func `without a share of the detail a picture stays as it is`() throws {
    let picture = try Fixture.expected("detail")
    #expect(
      picture.withDetail(of: picture.flippedHorizontally(), radius: 2, share: 0) == picture)
  }

  @Test func `a picture's own detail changes nothing`() throws {
    let picture = try Fixture.expected("detail")
    #expect(picture.withDetail(of: picture, radius: 2, share: 1) == picture)
  }

  @Test func `detail is taken and colour is not`() {
    // Stripes of one pixel about another colour.
    let plain = Image(width: 40, height: 30, pixels: (0..<1200).flatMap { _ in [90, 120, 150] })
    let striped = Image(
      width: 40, height: 30,
      pixels: (0..<1200).flatMap { $0 % 2 == 0 ? [30, 60, 200] : [70, 100, 240] })
    let detailed = plain.withDetail(of: striped, radius: 3, share: 1)
    for x in 10..<30 {
      let pixel = Array(detailed.pixels[(15 * 40 + x) * 3..<(15 * 40 + x) * 3 + 3]).map(Int.init)
      for (level, middle) in zip(pixel, [90, 120, 150]) {
        #expect(abs(level - middle - (x % 2 == 0 ? -20 : 20)) <= 1)
      }
    }
    let half = plain.withDetail(of: striped, radius: 3, share: 0.5)
    #expect(abs(Int(half.pixels[(15 * 40 + 20) * 3]) - 80) <= 1)
  }
}
