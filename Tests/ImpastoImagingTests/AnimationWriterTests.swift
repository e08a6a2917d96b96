import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

struct AnimationWriterTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("a.gif") }

  init() throws { folder = try TemporaryFolder() }

  /// Slow waves of all colours, moved by `phase`.
  private func waves(width: Int = 96, height: Int = 64, phase: Double = 0) -> Image {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<3 {
          let angle = phase + Double(x) / 20 + Double(channel * 2)
          pixels.append(UInt8(128 + 60 * sin(angle) + 60 * cos(Double(y) / 15 + angle)))
        }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  private func write(_ pictures: [Image], delay: Int = 10, plays: Int = 0) throws {
    let animation = try AnimationWriter(
      to: path, width: pictures[0].width, height: pictures[0].height, delay: delay, plays: plays)
    for picture in pictures { try animation.append(picture) }
    try animation.finish()
  }

  private func signalToNoise(_ pixels: [UInt8], _ reference: [UInt8]) -> Double {
    let squares = zip(pixels, reference).map { pow(Double($0) - Double($1), 2) }
    return 10 * log10(255 * 255 * Double(squares.count) / squares.reduce(0, +))
  }

  @Test func `pictures, their size, their time and the number of plays are read back`() throws {
    for plays in [0, 1, 2, 65_536] {
      let animation = try AnimationWriter(
        to: path, width: 96, height: 64, delay: 7, plays: plays)
      try animation.append(waves())
      try animation.append(waves(phase: 1))
      try animation.append(waves(phase: 2), delay: 65_535)
      try animation.finish()
      let decoded = try DecodedAnimation(path)
      #expect(decoded.width == 96 && decoded.height == 64 && decoded.plays == plays)
      #expect(decoded.frames.map(\.delay) == [7, 7, 65_535])
    }
    #expect(folder.names == ["a.gif"])
  }

  @Test func `a picture of up to 256 colours keeps every pixel`() throws {
    for count in [1, 2, 3, 4, 5, 200, 255, 256] {
      let (width, height) = (61, 37)
      let pixels = (0..<width * height).flatMap { index in
        let color = index * 7919 % count
        return [UInt8(color), UInt8(color * 5 & 255), UInt8(255 - color / 2)]
      }
      try write([Image(width: width, height: height, pixels: pixels)])
      let frame = try #require(try DecodedAnimation(path).frames.first)
      #expect(frame.pixels == pixels, "\(count) colours")
      #expect(frame.colors == max(2, 1 << Int(log2(Double(count)).rounded(.up))))
    }
  }

  @Test func `a picture of many colours stays close, and closer in the mean of small areas`() throws
  {
    let picture = waves(width: 240, height: 160)
    try write([picture])
    let frame = try #require(try DecodedAnimation(path).frames.first)
    #expect(frame.colors == 256)
    #expect(signalToNoise(frame.pixels, picture.pixels) > 33)
    // A quarter of the size averages 4 × 4 pixels and a little of those around.
    let mean = Image(width: 240, height: 160, pixels: frame.pixels).scaled(longerSide: 60)
    #expect(signalToNoise(mean.pixels, picture.scaled(longerSide: 60).pixels) > 43)
  }

  /// As computed by a build of the loops for what every processor has, without FMA.
  @Test func `every processor chooses the same colours`() throws {
    let (width, height) = (640, 480)
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels += [x * x / 977, y * y / 613, x * y / 1409].map { UInt8($0 & 255) }
      }
    }
    try write([Image(width: width, height: height, pixels: pixels)])
    let frame = try #require(try DecodedAnimation(path).frames.first)
    let hash = frame.pixels.reduce(1_469_598_103_934_665_603 as UInt64) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    #expect(hash == 14_723_617_986_295_095_605)
  }

  @Test func `what does not change does not flicker`() throws {
    try write([waves(), waves(), waves()])
    let frames = try DecodedAnimation(path).frames
    #expect(frames[0].pixels == frames[1].pixels && frames[1].pixels == frames[2].pixels)
  }

  @Test(arguments: [(1, 1), (1, 300), (300, 1), (65_535, 2), (2, 65_535)])
  func `any size up to the limit survives`(width: Int, height: Int) throws {
    let picture = waves(width: width, height: height)
    try write([picture, picture])
    let decoded = try DecodedAnimation(path)
    #expect(decoded.width == width && decoded.height == height && decoded.frames.count == 2)
    #expect(signalToNoise(decoded.frames[1].pixels, picture.pixels) > 33)
  }

  @Test func `a side that the format has no room for is refused by name`() throws {
    let error = #expect(
      throws: ImageError.cannotAnimate(
        path: path, width: 65_536, height: 9, reason: "a side is longer than 65535 pixels")
    ) { try AnimationWriter(to: path, width: 65_536, height: 9) }
    #expect(
      error?.description
        == "\(path): 65536×9 pixels cannot be saved as GIF (a side is longer than 65535 pixels); "
        + "scale the pictures down")
    #expect(folder.names.isEmpty)
  }

  @Test func `an animation given up leaves what was there, and nothing else`() throws {
    _ = try folder.write([1, 2, 3], as: "a.gif")
    do {
      let animation = try AnimationWriter(to: path, width: 96, height: 64)
      try animation.append(waves())
      #expect(folder.names.filter { !$0.hasPrefix(".") } == ["a.gif"])
    }
    #expect(folder.names == ["a.gif"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
  }

  @Test func `a path that cannot be written is named`() throws {
    let absent = folder.file("absent/a.gif")
    #expect(
      throws: ImageError.file(.cannotWrite(path: absent, reason: "No such file or directory"))
    ) { try AnimationWriter(to: absent, width: 9, height: 9) }
    #expect(throws: ImageError.file(.cannotWrite(path: folder.path, reason: "Is a directory"))) {
      try AnimationWriter(to: folder.path, width: 9, height: 9)
    }
  }

  @Test func `a picture of another size, and an animation of none, are mistakes`() async {
    await #expect(processExitsWith: .failure) { [path = path as String] in
      let animation = try AnimationWriter(to: path, width: 2, height: 2)
      try animation.append(Image(width: 1, height: 1, pixels: [1, 2, 3]))
    }
    await #expect(processExitsWith: .failure) { [path = path as String] in
      try AnimationWriter(to: path, width: 2, height: 2).finish()
    }
  }
}
