import Foundation
import ImpastoImaging
import ImpastoTensors

/// A short film of a photo whose motion is known.
struct Clip: Sendable {
  /// The motion of a clip.
  enum Motion: Sendable, Equatable {
    /// A still with noise of 2 levels, whose exposure swings by 3 %.
    case still
    /// The camera goes to the right by some pixels a frame.
    case pan(Double)
    /// The camera comes nearer and turns.
    case turn
    /// The camera goes to the right, and a part of the photo passes in front.
    case sprite
    /// The camera sways, for drift.
    case sway
  }

  /// The clips in which the change from frame to frame is measured, by their names.
  static let measured: [(name: String, motion: Motion)] = [
    ("still", .still), ("pan 1", .pan(1)), ("pan 2", .pan(2)), ("pan 3", .pan(3)), ("turn", .turn),
  ]

  let motion: Motion
  let width, height: Int
  /// The photo, larger than the frames on all sides.
  private let photo: Image

  /// Creates a clip of a photo that is scaled to leave `margin` pixels around the frames.
  init(_ motion: Motion, of photo: Image, width: Int, height: Int, margin: Int = 80) {
    (self.motion, self.width, self.height) = (motion, width, height)
    let (width, height) = (width + 2 * margin, height + 2 * margin)
    let scale = max(Double(width) / Double(photo.width), Double(height) / Double(photo.height))
    self.photo = photo.resized(
      width: max(width, Int((scale * Double(photo.width)).rounded())),
      height: max(height, Int((scale * Double(photo.height)).rounded())))
  }

  /// The place in the photo that a pixel of frame number `index` shows.
  private func place(_ x: Double, _ y: Double, _ index: Int) -> (x: Double, y: Double) {
    let time = Double(index)
    let (centerX, centerY) = (Double(photo.width) / 2, Double(photo.height) / 2)
    let (dx, dy) = (x - Double(width) / 2, y - Double(height) / 2)
    switch motion {
    case .still: return (centerX + dx, centerY + dy)
    case .pan(let speed): return (centerX + dx - 40 + speed * time, centerY + dy)
    case .sprite: return (centerX + dx - 40 + time, centerY + dy)
    case .sway: return (centerX + dx + 50 * sin(time / 25), centerY + dy + 25 * sin(time / 17))
    case .turn:
      let (scale, angle) = (pow(1.003, -time), 0.006 * time)
      return (
        centerX + scale * (cos(angle) * dx - sin(angle) * dy),
        centerY + scale * (sin(angle) * dx + cos(angle) * dy)
      )
    }
  }

  /// The pixel of frame number `earlier` that shows what a pixel of frame number `later` shows.
  func origin(_ x: Double, _ y: Double, of later: Int, in earlier: Int) -> (x: Double, y: Double) {
    let target = place(x, y, later)
    guard motion == .turn else {
      let start = place(0, 0, earlier)
      return (target.x - start.x, target.y - start.y)
    }
    let (scale, angle) = (pow(1.003, Double(earlier)), -0.006 * Double(earlier))
    let (dx, dy) = (target.x - Double(photo.width) / 2, target.y - Double(photo.height) / 2)
    return (
      Double(width) / 2 + scale * (cos(angle) * dx - sin(angle) * dy),
      Double(height) / 2 + scale * (sin(angle) * dx + cos(angle) * dy)
    )
  }

  /// The left upper corner of what passes in front.
  func spritePlace(_ index: Int) -> (x: Int, y: Int) {
    ((40 + 14 * index) * width / 640, height / 3)
  }

  /// The size of what passes in front.
  var sprite: (width: Int, height: Int) { (width / 4, height * 5 / 16) }

  /// Frame number `index`.
  func frame(_ index: Int) -> Image {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    let exposure = motion == .still ? 1 + 0.03 * sin(Double(index) / 3) : 1
    var noise = RandomSource(seed: UInt64(index))
    for y in 0..<height {
      for x in 0..<width {
        let place = place(Double(x), Double(y), index)
        for channel in 0..<3 {
          var level = photo.level(place.x, place.y, channel) * exposure
          if motion == .still { level += 2 * Double(noise.normal()) }
          pixels.append(UInt8(min(255, max(0, level.rounded()))))
        }
      }
    }
    var frame = Image(width: width, height: height, pixels: pixels)
    if motion == .sprite {
      let (place, size) = (spritePlace(index), sprite)
      let part = photo.resized(width: size.width, height: size.height)
      for y in 0..<size.height {
        for x in 0..<size.width where place.x + x < width {
          let (source, target) = (y * size.width + x, (place.y + y) * width + place.x + x)
          for channel in 0..<3 {
            frame.pixels[3 * target + channel] = 255 - part.pixels[3 * source + channel]
          }
        }
      }
    }
    return frame
  }
}

extension Image {
  /// A level between pixels, by Catmull and Rom's cubic.
  func level(_ x: Double, _ y: Double, _ channel: Int) -> Double {
    let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
    func shares(_ t: Double) -> SIMD4<Double> {
      SIMD4(
        ((-0.5 * t + 1) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1,
        ((-1.5 * t + 2) * t + 0.5) * t, (0.5 * t - 0.5) * t * t)
    }
    let (across, down) = (shares(x - Double(left)), shares(y - Double(top)))
    var sum = 0.0
    for row in 0..<4 where down[row] != 0 {
      let start = min(max(top - 1 + row, 0), height - 1) * width
      for column in 0..<4 where across[column] != 0 {
        let pixel = start + min(max(left - 1 + column, 0), width - 1)
        sum += down[row] * across[column] * Double(pixels[3 * pixel + channel])
      }
    }
    return sum
  }
}
