import ImpastoImaging
import Testing

struct BitmapFontTests {
  private static let characters = "abcdefghijklmnopqrstuvwxyz0123456789-:.,"

  /// A text on paper just large enough for it.
  private func written(_ text: String, scale: Int = 1) -> Image {
    var image = Image(
      width: BitmapFont.width(of: text) * scale, height: BitmapFont.height * scale, level: 250)
    image.write(text, x: 0, y: 0, scale: scale)
    return image
  }

  private func isInked(_ image: Image, _ x: Int, _ y: Int) -> Bool {
    image.pixels[(y * image.width + x) * 3] == 40
  }

  @Test func `every character of names has a shape of its own`() {
    let shapes = Self.characters.map { written(String($0)) }
    for (character, shape) in zip(Self.characters, shapes) {
      #expect((2...14).contains(shape.width), "\(character)")
      // Ink from the first column to the last.
      for x in [0, shape.width - 1] {
        #expect((0..<shape.height).contains { isInked(shape, x, $0) }, "\(character)")
      }
    }
    for (index, shape) in shapes.enumerated() { #expect(!shapes[..<index].contains(shape)) }
  }

  @Test func `a letter is drawn where and as large as asked`() {
    var image = Image(width: 30, height: 50, level: 250)
    image.write("-", x: 4, y: 6, scale: 2)
    let inked = (0..<50).flatMap { y in (0..<30).map { (x: $0, y: y) } }
      .filter { isInked(image, $0.x, $0.y) }
    // A bar of 6 × 2 at (0, 8), twice as large.
    #expect(inked.map(\.x).min() == 4 && inked.map(\.x).max() == 15)
    #expect(inked.map(\.y).min() == 22 && inked.map(\.y).max() == 25)
    #expect(inked.count == 48)
  }

  @Test func `letters stand side by side, and those there are none of are left blank`() {
    let (l, i) = (BitmapFont.width(of: "l"), BitmapFont.width(of: "i"))
    #expect(BitmapFont.width(of: "li") == l + 2 + i)
    #expect(BitmapFont.width(of: "") == 0)
    let pair = written("li")
    #expect(pair.cropped(x: 0, y: 0, width: l, height: 18) == written("l"))
    #expect(pair.cropped(x: l + 2, y: 0, width: i, height: 18) == written("i"))
    #expect(written("é♥ ").pixels.allSatisfy { $0 == 250 })
  }

  @Test func `what leaves the picture is left out`() {
    let whole = written("hokusai")
    for (x, y) in [(-9, 0), (5, -7), (20, 11), (-500, 0), (0, 500)] {
      var part = Image(width: whole.width, height: whole.height, level: 250)
      part.write("hokusai", x: x, y: y)
      for row in 0..<whole.height {
        for column in 0..<whole.width {
          let (u, v) = (column - x, row - y)
          let isInside = (0..<whole.width).contains(u) && (0..<whole.height).contains(v)
          #expect(isInked(part, column, row) == (isInside && isInked(whole, u, v)))
        }
      }
    }
  }

  @Test func `names break after hyphens and blanks, and nowhere else`() {
    func lines(_ text: String, _ width: Int) -> [String] {
      BitmapFont.lines(of: text, width: width)
    }
    let name = "renoir-moulin-de-la-galette"
    #expect(lines(name, 1000) == [name])
    #expect(
      lines(name, BitmapFont.width(of: "renoir-moulin-")) == ["renoir-moulin-", "de-la-galette"])
    #expect(lines(name, 1) == ["renoir-", "moulin-", "de-", "la-", "galette"])
    #expect(lines("a: 0.25, b", 1) == ["a: ", "0.25, ", "b"])
    #expect(lines("--a", 1) == ["-", "-", "a"])
    #expect(lines("", 5).isEmpty)
  }
}
