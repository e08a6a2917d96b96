import ImpastoImaging
import ImpastoStylizing
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
}
