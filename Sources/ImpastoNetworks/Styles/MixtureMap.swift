package import ImpastoTensors

/// The share of each of several mixtures at each pixel, at the resolution of every layer.
public struct MixtureMap: Sendable {
  /// f32 `[1, height, width, mixtures]` at full resolution, half and so on, each twice the next.
  private let levels: [Tensor]

  /// The number of mixtures.
  public var count: Int { levels[0].shape.channels }

  /// About how many bytes it takes to make the map of a photo, which then holds less.
  ///
  /// - Parameter regions: The mixtures besides that of the ground.
  package static func bytes(pixels: Int, regions: Int) -> Int {
    regions == 0 ? 0 : pixels * (regions + 1) * bytesPerPixel
  }

  private static let bytesPerPixel = 16

  /// Creates a map from the weights of the mixtures in each pixel.
  ///
  /// - Parameters:
  ///   - weights: For each pixel, rows from the top, one weight per mixture; they sum to 1.
  ///   - width: The photo's width.
  ///   - height: The photo's height.
  ///   - architecture: The network's.
  /// - Precondition: `width · height · count` weights.
  public init(
    weights: [Float], width: Int, height: Int, count: Int, for architecture: TransformArchitecture
  ) {
    precondition(
      weights.count == width * height * count,
      "\(weights.count) weights of \(count) mixtures for \(width)×\(height) pixels")
    // Layers may be larger than the photo, mostly since strides round up; what exceeds it shows its
    // border and is cut off in the end.
    let reductions = architecture.reductions
    let coarsest = reductions.max() ?? 1
    func covering(_ extent: Int) -> Int {
      let largest = zip(architecture.extents(ofPhoto: extent), reductions).map(*).max() ?? extent
      return (max(extent, largest) + coarsest - 1) / coarsest * coarsest
    }
    let (columns, rows) = (covering(width), covering(height))
    var extended: [Float] = []
    extended.reserveCapacity(columns * rows * count)
    for y in 0..<rows {
      let start = min(y, height - 1) * width * count
      let row = weights[start..<start + width * count]
      extended += row
      for _ in width..<columns { extended += row.suffix(count) }
    }
    var levels = [Tensor(extended, shape: [1, rows, columns, count])]
    while 1 << levels.count <= coarsest { levels.append(levels[levels.count - 1].halved) }
    self.levels = levels
  }

  /// The weights for images `reduction` times smaller than the photo, a power of two; they may be
  /// larger than these, with the upper left corner in common.
  package func weights(reducedBy reduction: Int) -> Tensor {
    levels[reduction.trailingZeroBitCount]
  }
}

extension Tensor {
  /// The mean of each 2×2 pixels.
  fileprivate var halved: Tensor {
    let (rows, columns, channels) = (shape.height / 2, shape.width / 2, shape.channels)
    let stride = shape.width * channels
    let values = scalars
    let means = [Float](unsafeUninitializedCapacity: rows * columns * channels) { means, count in
      values.withUnsafeBufferPointer { values in
        var target = 0
        for y in 0..<rows {
          for x in 0..<columns {
            let start = 2 &* (y &* stride &+ x &* channels)
            for c in start..<(start &+ channels) {
              let upper = values[c] + values[c &+ channels]
              let lower = values[c &+ stride] + values[c &+ stride &+ channels]
              means[target] = (upper + lower) / 4
              target &+= 1
            }
          }
        }
      }
      count = rows * columns * channels
    }
    return Tensor(means, shape: [1, rows, columns, channels])
  }
}
