import ImpastoImaging
import ImpastoTensors

extension Tensor {
  /// An f32 image, `[1, height, width, channels]`, moved by `x` pixels to the right and `y`
  /// downwards; what leaves it at one side comes in at the other.
  func rolled(x: Int, y: Int) -> Tensor {
    let (height, width, channels) = (shape.height, shape.width, shape.channels)
    let left = ((x % width) + width) % width * channels
    let top = ((y % height) + height) % height
    guard left > 0 || top > 0 else { return self }
    let length = width * channels
    return Tensor(uninitialized: shape) { result in
      let result = result.assumingMemoryBound(to: Float.self)
      withUnsafeBytes { source in
        guard let source = source.bindMemory(to: Float.self).baseAddress else { return }
        for row in 0..<height {
          let from = source + row * length
          let to = result + (row + top) % height * length
          to.update(from: from + length - left, count: left)
          (to + left).update(from: from, count: length - left)
        }
      }
    }
  }

  /// Multiplies f32 numbers by those of a tensor of the same shape.
  mutating func multiply(by factors: Tensor) {
    withUnsafeMutableBytes { bytes in
      let numbers = bytes.bindMemory(to: Float.self)
      factors.withUnsafeBytes { factors in
        let factors = factors.bindMemory(to: Float.self)
        for index in numbers.indices { numbers[index] *= factors[index] }
      }
    }
  }
}

extension Mask {
  /// The share of each number of a picture's pixels, f32 `[1, height, width, 3]`.
  func shares(of picture: Image) -> Tensor {
    let shares = shares(width: picture.width, height: picture.height, radius: 0)
    return Tensor(shares.flatMap { [$0, $0, $0] }, shape: [1, picture.height, picture.width, 3])
  }
}

extension DreamSettings {
  /// The squares in which the loss network sees a picture.
  func tiles(of picture: Image) -> DreamTiles {
    DreamTiles(width: picture.width, height: picture.height, side: tileSize, margin: margin)
  }
}
