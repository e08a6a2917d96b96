import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

struct OpacityTests {
  /// A PNG file of these pixels, four values each.
  private func file(_ width: Int, _ height: Int, _ pixels: [UInt8]) throws -> Data {
    var file = Data()
    let writer = try ImageWriter(
      as: .png, name: "a.png", width: width, height: height, hasAlpha: true
    ) { file.append(contentsOf: $0) }
    try pixels.withUnsafeBufferPointer { pixels throws(ImageError) in
      try writer.write(rows: pixels)
    }
    try writer.finish()
    return file
  }

  private func photo(_ file: Data) throws -> Image {
    try Image(PhotoReader(ImageReader(encoded: file, name: "a.png", keepingAlpha: true)))
  }

  /// Left half red and visible, right half green and hidden, at its last column half visible.
  private let pixels: [UInt8] = (0..<20 * 24).flatMap { pixel -> [UInt8] in
    let x = pixel % 24
    return x < 12 ? [200, 10, 20, 255] : [0, 255, 0, x == 23 ? 128 : 0]
  }

  @Test func `alpha is read as it was written, and black is written where nothing shows`() throws {
    let photo = try photo(file(24, 20, pixels))
    #expect(photo.opacity?.levels == stride(from: 3, to: pixels.count, by: 4).map { pixels[$0] })
    let again = try ImageReader(
      encoded: photo.encoded(as: .png), name: "b.png", keepingAlpha: true)
    #expect(again.channels == 4)
    var rows = [UInt8](repeating: 1, count: pixels.count)
    try rows.withUnsafeMutableBufferPointer { rows throws(ImageError) in try again.read(into: rows)
    }
    #expect(
      rows
        == (0..<20 * 24).flatMap { pixel -> [UInt8] in
          let x = pixel % 24
          return x < 12 ? [200, 10, 20, 255] : x == 23 ? [0, 255, 0, 128] : [0, 0, 0, 0]
        })
  }

  @Test func `hidden pixels get colours between those of the visible ones around them`() throws {
    let photo = try photo(file(24, 20, pixels))
    for pixel in 0..<20 * 24 {
      let (x, color) = (pixel % 24, Array(photo.pixels[3 * pixel..<3 * pixel + 3]))
      if x < 12 { #expect(color == [200, 10, 20]) }
      if x == 23 { #expect(color == [0, 255, 0]) }
      guard (12..<23).contains(x) else { continue }
      #expect((0...200).contains(color[0]) && (10...255).contains(color[1]))
      // Beside red nearly red, and greener from column to column.
      if x == 12 { #expect(color[0] > 150 && color[1] < 80, "\(color)") }
      if x > 12 { #expect(color[1] >= photo.pixels[3 * pixel - 2], "\(color)") }
    }
  }

  @Test func `a photo of which nothing shows is grey`() throws {
    let photo = try photo(file(24, 20, (0..<20 * 24).flatMap { _ in [255, 0, 255, 0] as [UInt8] }))
    #expect(photo.pixels == [UInt8](repeating: 128, count: 24 * 20 * 3))
  }

  @Test func `colours of pixels that hardly show are not trusted`() throws {
    var pixels = pixels
    for pixel in 0..<20 * 24 where pixel % 24 == 12 { pixels[4 * pixel + 3] = 1 }
    let photo = try photo(file(24, 20, pixels))
    let color = Array(photo.pixels[36..<39])
    #expect(color[0] > 140 && color[1] < 100, "\(color)")
  }

  @Test func `JPEG gets what shows laid on white`() throws {
    let jpeg = try photo(file(24, 20, pixels)).encoded(as: .jpeg, quality: 100)
    let read = try Image(encoded: jpeg, name: "a.jpg")
    for (x, expected) in [(3, [200, 10, 20]), (17, [255, 255, 255]), (23, [127, 255, 127])] {
      for channel in 0..<3 {
        let level = Int(read.pixels[3 * (24 * 10 + x) + channel])
        #expect(abs(level - expected[channel]) <= 6, "\(level) in column \(x)")
      }
    }
  }

  @Test func `scaling keeps colours clean and opacity beside them`() throws {
    let photo = try photo(file(24, 20, pixels)).resized(width: 12, height: 10)
    let opacity = try #require(photo.opacity)
    #expect(opacity.levels[..<5].allSatisfy { $0 >= 250 })
    #expect(opacity.levels[7..<10].allSatisfy { $0 <= 5 })
    // No green of what is hidden mixes with the red beside it.
    #expect(photo.pixels[3 * 5] > 180 && photo.pixels[3 * 5 + 1] < 60)
  }

  @Test func `a picture laid on another shows as far as it is opaque`() throws {
    var paper = Image(width: 24, height: 20, level: 100)
    paper.paste(try photo(file(24, 20, pixels)), x: 0, y: 0)
    #expect(Array(paper.pixels[..<3]) == [200, 10, 20])
    #expect(Array(paper.pixels[3 * 17..<3 * 18]) == [100, 100, 100])
    #expect(Array(paper.pixels[3 * 23..<3 * 24]) == [50, 178, 50])
    #expect(paper.opacity == nil)
  }

  @Test func `an opaque alpha channel is none, for any number of rows at a time`() throws {
    let pixels = self.pixels.enumerated().map { $0 % 4 == 3 ? 255 : $1 }
    let file = try file(24, 20, pixels)
    let reader = try PhotoReader(ImageReader(encoded: file, name: "a.png", keepingAlpha: true))
    #expect(reader.opacity == nil)
    var rows = [UInt8](repeating: 0, count: 24 * 20 * 3)
    for first in [0, 7, 14] {
      let range = first * 72..<min(first + 7, 20) * 72
      try rows.withUnsafeMutableBufferPointer { rows throws(ImageError) in
        try reader.read(into: UnsafeMutableBufferPointer(rebasing: rows[range]))
      }
    }
    #expect(rows == pixels.enumerated().filter { $0.0 % 4 < 3 }.map(\.1))
  }
}
