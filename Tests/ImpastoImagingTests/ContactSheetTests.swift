import ImpastoImaging
import Testing

struct ContactSheetTests {
  private func plain(_ level: UInt8, width: Int = 20, height: Int = 20) -> Image {
    Image(
      width: width, height: height,
      pixels: [UInt8](repeating: level, count: width * height * 3))
  }

  private func level(of sheet: Image, x: Int, y: Int) -> UInt8 {
    sheet.pixels[(y * sheet.width + x) * 3]
  }

  @Test func `a row holds a photo and its pictures, a column a style`() {
    let sheet = ContactSheet.image(
      photos: [plain(10), plain(20)], stylised: [[plain(11), plain(12)], [plain(21), plain(22)]],
      cell: 20)
    #expect(sheet.width == 84 && sheet.height == 58)
    #expect([16, 42, 68].map { level(of: sheet, x: $0, y: 16) } == [10, 11, 12])
    #expect([16, 42, 68].map { level(of: sheet, x: $0, y: 42) } == [20, 21, 22])
    #expect(level(of: sheet, x: 3, y: 16) == 250 && level(of: sheet, x: 29, y: 16) == 250)
  }

  @Test func `paintings stand above their columns`() {
    let sheet = ContactSheet.image(
      photos: [plain(10)], stylised: [[plain(11), plain(12)]], paintings: [plain(1), plain(2)],
      cell: 20)
    #expect([16, 42, 68].map { level(of: sheet, x: $0, y: 16) } == [250, 1, 2])
    #expect([16, 42, 68].map { level(of: sheet, x: $0, y: 42) } == [10, 11, 12])
  }

  @Test func `pictures keep their shapes, rows are as high as their highest`() {
    let sheet = ContactSheet.image(
      photos: [plain(10, width: 40, height: 20), plain(20, width: 20, height: 40)],
      stylised: [[plain(11, width: 40, height: 20)], [plain(21, width: 20, height: 40)]], cell: 40)
    #expect(sheet.width == 98 && sheet.height == 78)
    // The upright photo is in the middle of its cell.
    #expect(level(of: sheet, x: 10, y: 50) == 250 && level(of: sheet, x: 26, y: 50) == 20)
  }

  @Test func `columns are as wide as their widest picture`() {
    let sheet = ContactSheet.image(
      photos: [plain(10, width: 10, height: 20)], stylised: [[plain(11, width: 20, height: 20)]],
      cell: 20)
    #expect(sheet.width == 48 && sheet.height == 32)
    #expect([6, 15, 22, 41].map { level(of: sheet, x: $0, y: 16) } == [10, 10, 11, 11])
    #expect([5, 16, 21, 42].allSatisfy { level(of: sheet, x: $0, y: 16) == 250 })
  }

  @Test func `names stand below their pictures, the painting small beside them`() {
    let tile = ContactSheet.Tile(plain(10, width: 80, height: 60), name: "i")
    let named = ContactSheet.image(rows: [[tile]], cell: 80)
    // Picture, distance, letters, and margins around.
    #expect(named.width == 92 && named.height == 6 + 60 + 6 + 18 + 6)
    var expected = Image(width: 92, height: 96, level: 250)
    expected.paste(tile.picture, x: 6, y: 6)
    expected.write("i", x: 6, y: 72)
    #expect(named == expected)

    let painted = ContactSheet.image(
      rows: [[ContactSheet.Tile(tile.picture, name: "i", painting: plain(99))]], cell: 80)
    // A fifth of the picture's side, lower than the letters.
    expected = Image(width: 92, height: 96, level: 250)
    expected.paste(tile.picture, x: 6, y: 6)
    expected.paste(plain(99, width: 16, height: 16), x: 6, y: 72)
    expected.write("i", x: 28, y: 72)
    #expect(painted == expected)
  }

  @Test func `a long name breaks after its hyphens or widens its column`() {
    func size(_ name: String) -> [Int] {
      let tile = ContactSheet.Tile(plain(10, width: 80, height: 60), name: name)
      let sheet = ContactSheet.image(rows: [[tile]], cell: 80)
      return [sheet.width, sheet.height]
    }
    #expect(size("a-b") == [92, 96])
    #expect(size("durer-lion") == [92, 114])
    #expect(size("inokashira")[0] > 92 && size("inokashira")[1] == 96)
  }

  @Test func `a gap stays blank`() {
    let tile = ContactSheet.Tile(plain(10))
    let sheet = ContactSheet.image(rows: [[tile, tile], [tile, nil]], cell: 20)
    #expect(sheet.width == 58 && sheet.height == 58)
    #expect(level(of: sheet, x: 16, y: 42) == 10 && level(of: sheet, x: 42, y: 42) == 250)
  }

  @Test func `a grid keeps every pixel and names its corners`() {
    let rows = (0..<3).map { row in
      (0..<3).map { plain(UInt8(10 * row + $0), width: 90, height: 60) }
    }
    let sheet = ContactSheet.grid(rows, corners: ["a", "b", "c", "dürer"])
    #expect(sheet.width == 6 + 3 * 96 && sheet.height == 6 + 18 + 6 + 3 * 66 + 18 + 6)
    for row in 0..<3 {
      for column in 0..<3 {
        #expect(
          sheet.cropped(x: 6 + 96 * column, y: 30 + 66 * row, width: 90, height: 60)
            == rows[row][column])
      }
    }
    func line(_ name: String, isRight: Bool) -> Image {
      var line = Image(width: sheet.width, height: 18, level: 250)
      line.write(name, x: isRight ? sheet.width - 6 - BitmapFont.width(of: name) : 6, y: 0)
      return line
    }
    func half(_ x: Int, _ y: Int, of image: Image) -> Image {
      image.cropped(x: x, y: y, width: sheet.width / 2, height: 18)
    }
    let middle = sheet.width / 2
    #expect(half(0, 6, of: sheet) == half(0, 0, of: line("a", isRight: false)))
    #expect(half(middle, 6, of: sheet) == half(middle, 0, of: line("b", isRight: true)))
    let foot = sheet.height - 24
    #expect(half(0, foot, of: sheet) == half(0, 0, of: line("c", isRight: false)))
    #expect(half(middle, foot, of: sheet) == half(middle, 0, of: line("dürer", isRight: true)))
  }

  @Test func `a grid of small pictures is widened for long names`() {
    let rows = [[plain(1), plain(2)], [plain(3), plain(4)]]
    let sheet = ContactSheet.grid(rows, corners: ["great-wave", "poppies", "a", "b"])
    #expect(
      sheet.width
        == BitmapFont.width(of: "great-") + BitmapFont.width(of: "poppies") + 18)
    #expect(sheet.height == 6 + 36 + 6 + 2 * 26 + 18 + 6)
  }
}
