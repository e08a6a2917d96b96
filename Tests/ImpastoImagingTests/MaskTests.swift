import Foundation
import ImpastoImaging
import TestSupport
import Testing

struct MaskTests {
  @Test(arguments: Fixture.names("png") + Fixture.names("jpg"))
  func `pictures of every kind and depth are masks`(name: String) throws {
    let mask = try Mask(contentsOf: Fixture.path(name))
    let image = try Image(contentsOf: Fixture.path(name))
    #expect(mask.width == image.width && mask.height == image.height)
    // What is transparent lies over black here, over white there.
    let hasAlpha = name.contains("alpha") || name.contains("transparent") || name.contains("rgba")
    let shares = mask.shares(width: mask.width, height: mask.height, radius: 0)
    for (i, share) in shares.enumerated() where !hasAlpha {
      let pixel = image.pixels[3 * i..<3 * i + 3].map(Float.init)
      let luma = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
      #expect(abs(share * 255 - luma) <= 0.51, "pixel \(i)")
    }
  }

  @Test(arguments: ["rgba-8", "rgba-16", "grey-alpha-8", "grey-alpha-16", "grey-8-transparent"])
  func `transparent pixels are outside the mask`(name: String) throws {
    let mask = try Mask(contentsOf: Fixture.path(name + ".png"))
    let image = try Image(contentsOf: Fixture.path(name + ".png"))
    let shares = mask.shares(width: mask.width, height: mask.height, radius: 0)
    // Over white every pixel is at least as bright, and brighter where it lets white through.
    var transparent = 0
    for (i, share) in shares.enumerated() {
      let pixel = image.pixels[3 * i..<3 * i + 3].map(Float.init)
      let over = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
      #expect(share * 255 <= over + 1.01, "pixel \(i)")
      if share == 0, over > 254 { transparent += 1 }
    }
    #expect(transparent > 0)
  }

  @Test func `a mask that was stretched before gives the same shares`() throws {
    let mask = try Mask(contentsOf: Fixture.path("rgba-8.png"))
    let stretched = mask.resized(width: 37, height: 90)
    #expect(stretched.width == 37 && stretched.height == 90)
    #expect(
      stretched.shares(width: 37, height: 90, radius: 2)
        == mask.shares(width: 37, height: 90, radius: 2))
  }

  @Test(arguments: [0, 1, 3, 40])
  func `white is all and black is nothing, at any size and softness`(radius: Int) {
    for (level, share): (UInt8, Float) in [(255, 1), (0, 0)] {
      let mask = Mask(width: 7, height: 5, levels: [UInt8](repeating: level, count: 35))
      for (width, height) in [(7, 5), (64, 48), (3, 2), (1, 1), (33, 90)] {
        let shares = mask.shares(width: width, height: height, radius: radius)
        #expect(shares == [Float](repeating: share, count: width * height))
      }
    }
  }

  @Test func `only a mask without any light is black`() {
    #expect(Mask(width: 2, height: 1, levels: [0, 0]).isBlack)
    #expect(!Mask(width: 2, height: 1, levels: [0, 1]).isBlack)
  }

  @Test func `an edge becomes a slope as wide as the radius says, mirrored about its middle`() {
    let mask = Mask(
      width: 80, height: 3, levels: (0..<240).map { $0 % 80 < 40 ? 255 : 0 })
    let row = Array(mask.shares(width: 80, height: 3, radius: 5)[80..<160])
    #expect(row[..<25] == [Float](repeating: 1, count: 25)[...])
    #expect(row[55...] == [Float](repeating: 0, count: 25)[...])
    #expect(zip(row, row.dropFirst()).allSatisfy { $0 >= $1 && $0 - $1 < 0.08 })
    for x in 0..<80 { #expect(abs(row[x] + row[79 - x] - 1) < 1e-3) }
    // The edge of a Gaussian of √30 pixels has fallen to 0.206 at 4.5 pixels from its middle.
    #expect(abs(row[44] - 0.206) < 0.02)
  }

  @Test func `softness is the same across and down`() {
    let levels = (0..<400).map { UInt8($0 % 20 > 11 && $0 / 20 > 5 ? 255 : 0) }
    let mask = Mask(width: 20, height: 20, levels: levels)
    let turned = Mask(
      width: 20, height: 20, levels: (0..<400).map { levels[$0 % 20 * 20 + $0 / 20] })
    let (a, b) = (
      mask.shares(width: 20, height: 20, radius: 2), turned.shares(width: 20, height: 20, radius: 2)
    )
    for i in 0..<400 { #expect(abs(a[i] - b[i % 20 * 20 + i / 20]) < 1e-4) }
  }

  @Test func `a mask that is no picture is refused by name`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Data("no picture".utf8), as: "sky.png")
    let error = #expect(throws: ImageError.self) { try Mask(contentsOf: path) }
    #expect(
      error?.description
        == "\(path): not a PNG, JPEG, WebP, HEIC, AVIF or TIFF picture (it holds text); convert it to PNG or JPEG"
    )
  }
}
