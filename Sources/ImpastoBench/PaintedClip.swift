import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoVideo

/// A clip as it is painted frame by frame, and as it is steadied.
struct PaintedClip {
  private let clip: Clip
  private let style: String
  private let film: [Image]
  private let alone: [Image]
  private let steady: [Image]
  private let painting, steadying: Duration

  init(_ clip: Clip, frames: Int, _ style: String, _ stylizer: Stylizer) throws {
    (self.clip, self.style) = (clip, style)
    film = (0..<frames).map(clip.frame)
    let clock = ContinuousClock()
    var (alone, steady): ([Image], [Image]) = ([], [])
    var (painting, steadying) = (Duration.zero, Duration.zero)
    var steadier = Steadier(threads: stylizer.backend.threads.count)
    for frame in film {
      let begun = clock.now
      let picture = try stylizer.stylize(frame, with: StyleMixture(style))
      let painted = clock.now
      steady.append(steadier.steady(picture, of: frame))
      alone.append(picture)
      painting += painted - begun
      steadying += clock.now - painted
    }
    (self.alone, self.steady, self.painting, self.steadying) = (alone, steady, painting, steadying)
  }

  /// The changes from frame to frame, and what they cost.
  func steadiness(named name: String, _ losses: SteadinessLosses?) throws -> SteadinessRow {
    let ratios = try losses?.ratios(of: steady, to: alone, film: film, style)
    return SteadinessRow(
      clip: name, style: style, filmChange: change(of: film), unsteadyChange: change(of: alone),
      steadyChange: change(of: steady), distantChange: change(of: steady, distance: 10),
      edges: edges(of: steady[...]) / edges(of: alone[...]), styleLoss: ratios?.style,
      contentLoss: ratios?.content)
  }

  /// The difference behind what passes in front.
  var trail: TrailRow {
    var (behind, elsewhere) = (0.0, 0.0)
    let indices = 10..<film.count
    for index in indices {
      let place = clip.spritePlace(index)
      let x = place.x - clip.width * 3 / 32
      behind += difference(index, x: x, y: place.y)
      elsewhere += difference(index, x: x, y: place.y + clip.sprite.height + 2)
    }
    let count = Double(indices.count)
    return TrailRow(
      style: style, behind: (behind / count).squareRoot(),
      elsewhere: (elsewhere / count).squareRoot())
  }

  /// The difference after a long time.
  var drift: DriftRow {
    let last = film.count * 9 / 10..<film.count
    func colors(_ pictures: ArraySlice<Image>) -> [Double] {
      (0..<3).map { channel in
        let sums = pictures.map { picture in
          stride(from: channel, to: picture.pixels.count, by: 3)
            .reduce(0) { $0 + Int(picture.pixels[$1]) }
        }
        return Double(sums.reduce(0, +)) / Double(sums.count * clip.width * clip.height)
      }
    }
    let milliseconds = { (time: Duration) in time / .milliseconds(1) / Double(film.count) }
    return DriftRow(
      style: style, frames: film.count,
      color: zip(colors(alone[last]), colors(steady[last])).map { abs($0 - $1) }.max() ?? 0,
      edges: edges(of: steady[last]) / edges(of: alone[last]) - 1,
      paintingMilliseconds: milliseconds(painting), steadyingMilliseconds: milliseconds(steadying))
  }

  /// The root mean square of what changes besides moving between frames `distance` apart.
  private func change(of pictures: [Image], distance: Int = 1) -> Double {
    var (sum, count) = (0.0, 0.0)
    for later in stride(from: distance, to: pictures.count, by: distance == 1 ? 3 : 5) {
      let (first, second) = (pictures[later - distance], pictures[later])
      for y in stride(from: 2, to: clip.height - 2, by: 2) {
        for x in stride(from: 2, to: clip.width - 2, by: 2) {
          let place = clip.origin(Double(x), Double(y), of: later, in: later - distance)
          guard place.x >= 2, place.y >= 2, place.x < Double(clip.width - 3),
            place.y < Double(clip.height - 3)
          else { continue }
          for channel in 0..<3 {
            let level = Double(second.pixels[3 * (y * clip.width + x) + channel])
            let difference = first.level(place.x, place.y, channel) - level
            sum += difference * difference
          }
          count += 3
        }
      }
    }
    return (sum / count).squareRoot()
  }

  /// The mean difference of neighbouring pixels in rows and columns.
  private func edges(of pictures: ArraySlice<Image>) -> Double {
    var sum = 0
    for picture in pictures {
      let row = 3 * picture.width
      picture.pixels.withUnsafeBufferPointer { levels in
        for index in 0..<levels.count - row - 3 {
          sum += abs(Int(levels[index]) - Int(levels[index + 3]))
          sum += abs(Int(levels[index]) - Int(levels[index + row]))
        }
      }
    }
    return Double(sum) / Double(pictures.count)
  }

  /// The mean square of the difference of both pictures of a frame in a part of it.
  private func difference(_ index: Int, x: Int, y: Int) -> Double {
    let parts = [alone[index], steady[index]].map {
      $0.cropped(x: x, y: y, width: clip.width * 3 / 32 - 2, height: clip.sprite.height)
    }
    return parts[0].meanSquaredDifference(from: parts[1])
  }
}
