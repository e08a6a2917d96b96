import CMotion
package import ImpastoImaging

/// A frame of the film at half its size: its colours, and its grey levels at several sizes.
package struct MotionPyramid: Sendable {
  /// The grey levels at one size, with a border around them.
  struct Level: Sendable {
    let width, height: Int
    let grey: [Float]
  }

  /// The levels from half the frame's size down.
  let levels: [Level]
  /// Red, green, blue and opacity, 0 to 255, at half the frame's size.
  let colors: [Float]

  var width: Int { levels[0].width }
  var height: Int { levels[0].height }

  /// The smallest side that is halved once more.
  private static let halvedSide = 32

  /// Halves a frame.
  ///
  /// - Parameter labels: Levels in place of the opacity; nil for none.
  package init(_ frame: Image, labels: [UInt8]? = nil, threads: Int32) {
    precondition(
      labels.map { $0.count == frame.width * frame.height } != false, "a label for each pixel")
    let (width, height) = ((frame.width + 1) / 2, (frame.height + 1) / 2)
    var grey: [Float] = []
    colors = .filled(4 * width * height) { colors in
      grey = .filled(Self.greyCount(width, height)) { grey in
        motion_halve_picture(
          frame.pixels, labels ?? frame.opacity?.levels, Int64(frame.width), Int64(frame.height),
          colors,
          grey,
          threads)
      }
    }
    levels = Self.levels(from: Level(width: width, height: height, grey: grey), threads: threads)
  }

  /// Creates it of a picture's colours and grey levels at half its size.
  init(colors: [Float], largest: Level, threads: Int32) {
    (self.colors, levels) = (colors, Self.levels(from: largest, threads: threads))
  }

  /// Halves grey levels as long as there is something to be seen.
  private static func levels(from largest: Level, threads: Int32) -> [Level] {
    var levels = [largest]
    while let last = levels.last, min(last.width, last.height) >= halvedSide {
      let (width, height) = ((last.width + 1) / 2, (last.height + 1) / 2)
      let half = [Float].filled(greyCount(width, height)) {
        motion_halve_grey(last.grey, Int64(last.width), Int64(last.height), $0, threads)
      }
      levels.append(Level(width: width, height: height, grey: half))
    }
    return levels
  }

  /// The scalars of a grey picture and its border.
  static func greyCount(_ width: Int, _ height: Int) -> Int {
    let border = 2 * Int(motion_border)
    return (width + border) * (height + border)
  }
}

extension Array {
  /// An array of `count` elements, all of which `body` writes.
  static func filled(_ count: Int, _ body: (UnsafeMutablePointer<Element>) -> Void) -> Self {
    Self(unsafeUninitializedCapacity: count) { buffer, end in
      if let start = buffer.baseAddress { body(start) }
      end = count
    }
  }
}
