import ImpastoCompute
import ImpastoDifferentiation
import ImpastoNetworks
import ImpastoTensors

/// A picture cut into squares that the loss network sees one by one, so that memory does not grow
/// with it.
///
/// What layers respond is a sum over their pixels. Each square adds that of its core, and sees so
/// much around it as these pixels depend on. The sum and its gradient are those of the whole.
struct DreamTiles {
  /// The pixels that the network sees, and those of them that count.
  struct Tile {
    let seen, core: CropWindow
  }

  let tiles: [Tile]

  /// - Parameters:
  ///   - side: The longest side of what is seen.
  ///   - margin: The pixels that are seen around a core, a multiple of 16.
  init(width: Int, height: Int, side: Int, margin: Int) {
    let rows = Self.pieces(height, side, margin)
    let columns = Self.pieces(width, side, margin)
    tiles = rows.flatMap { row in
      columns.map { column in
        Tile(
          seen: CropWindow(images: 0..<1, rows: row.seen, columns: column.seen),
          core: CropWindow(images: 0..<1, rows: row.core, columns: column.core))
      }
    }
  }

  private static func pieces(
    _ length: Int, _ side: Int, _ margin: Int
  ) -> [(seen: Range<Int>, core: Range<Int>)] {
    guard length > side else { return [(0..<length, 0..<length)] }
    let step = (side - 2 * margin) / 16 * 16
    // As many as needed, of about equal lengths.
    let count = (length + step - 1) / step
    let core = (length + 16 * count - 1) / (16 * count) * 16
    // All are of one size but for the last, so that the memory of one serves the next.
    let seen = min(core + 2 * margin, length / 16 * 16)
    return stride(from: 0, to: length, by: core).map { first in
      let last = min(first + core, length)
      let end = (length - seen) / 16 * 16
      let start = min(max(0, first - margin), end)
      return (start..<(start == end ? length : start + seen), first..<last)
    }
  }

  /// Measures a picture and differentiates the value by its pixels.
  func sample(_ objective: DreamObjective, at pixels: Tensor) -> ObjectiveSample<DreamResponses> {
    let kernels = objective.backend.kernels
    var (value, losses) = (0.0, DreamResponses(total: 0, targets: [:]))
    var gradient = tiles.count > 1 ? Tensor(zeros: pixels.shape) : nil
    var last = tiles[0].seen
    for tile in tiles {
      // The blocks of another size fit nothing here.
      if tile.seen.rows.count != last.rows.count || tile.seen.columns.count != last.columns.count {
        TensorMemory.releaseFreeBlocks()
      }
      last = tile.seen
      let tape = Tape(backend: objective.backend, isRecording: true)
      let picture = tape.parameter(
        tiles.count > 1 ? kernels.crop(pixels, to: tile.seen) : pixels)
      let part = objective.measure(
        picture, window: tile.core.seen(from: tile.seen),
        pixels: pixels.shape.height * pixels.shape.width)
      tape.differentiate(part.value)
      value += Double(part.value.value.scalars[0])
      losses.add(part.losses)
      let slope = picture.gradient ?? Tensor(zeros: picture.shape)
      if gradient == nil { gradient = slope } else { gradient?.add(slope, in: tile.seen) }
    }
    return ObjectiveSample(value: value, losses: losses, gradient: gradient ?? pixels)
  }

  /// The responses to a picture.
  func responses(_ objective: DreamObjective, to pixels: Tensor) -> DreamResponses {
    var losses = DreamResponses(total: 0, targets: [:])
    for tile in tiles {
      let tape = Tape(backend: objective.backend, isRecording: false)
      let part = objective.measure(
        tape.constant(objective.backend.kernels.crop(pixels, to: tile.seen)),
        window: tile.core.seen(from: tile.seen),
        pixels: pixels.shape.height * pixels.shape.width)
      losses.add(part.losses)
    }
    return losses
  }
}

extension DreamResponses {
  fileprivate mutating func add(_ part: DreamResponses) {
    total += part.total
    targets.merge(part.targets, uniquingKeysWith: +)
  }
}

extension CropWindow {
  /// The same place counted from the corner of `other`.
  func seen(from other: CropWindow) -> CropWindow {
    let (top, left) = (other.rows.lowerBound, other.columns.lowerBound)
    return CropWindow(
      images: images, rows: rows.lowerBound - top..<rows.upperBound - top,
      columns: columns.lowerBound - left..<columns.upperBound - left)
  }
}

extension Tensor {
  /// Adds f32 numbers to those in a part of an image.
  fileprivate mutating func add(_ part: Tensor, in window: CropWindow) {
    let (width, length) = (3 * shape.width, 3 * window.columns.count)
    withUnsafeMutableBytes { whole in
      let whole = whole.bindMemory(to: Float.self)
      part.withUnsafeBytes { part in
        let part = part.bindMemory(to: Float.self)
        for (index, row) in window.rows.enumerated() {
          let start = row * width + 3 * window.columns.lowerBound
          for column in 0..<length { whole[start + column] += part[index * length + column] }
        }
      }
    }
  }
}

extension DreamSettings {
  /// The pixels around a part of a picture that what layers respond to it depends on, rounded up to
  /// a multiple of 16.
  var margin: Int {
    let reach = targets.map { $0.tap.reach }.max() ?? 0
    return (reach + 15) / 16 * 16
  }
}
