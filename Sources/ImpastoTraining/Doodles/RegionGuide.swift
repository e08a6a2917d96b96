import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors

/// The weight of each pixel of each layer as part of a region.
///
/// A pixel of a layer counts by the share of the region in the square of the picture that it stands
/// for. The shares are divided by their sum: a region of any size and however thin weighs the same.
/// Pixels of deeper layers see their neighbours too, and at the edge of a region they see another
/// one: only those inside count, unless a region is too thin to have enough of them.
struct RegionGuide {
  fileprivate struct Level {
    let window: CropWindow
    /// f32 `[1, rows, columns, 1]`: the root of the share, times the number of pixels.
    let weights: Tensor
  }

  /// The share of the region in the picture, 0…1.
  let area: Double
  /// One for each resolution, the full one first; nil where the region is too small to be seen.
  private let levels: [Level?]

  /// - Parameters:
  ///   - place: The region, of any size.
  ///   - width: The columns of the picture.
  ///   - height: The rows of the picture.
  init(_ place: Mask, width: Int, height: Int, kernels: TensorKernels) {
    var shares = Tensor(
      place.shares(width: width, height: height, radius: 0), shape: [1, height, width, 1])
    area = shares.sum / Double(width * height)
    var levels = [Level(shares)]
    while levels.count < 5, min(shares.shape.height, shares.shape.width) > 1 {
      shares = kernels.averagePool(shares)
      let inside = shares.eroded()
      levels.append(Level(inside.sum >= shares.sum / 4 ? inside : shares))
    }
    self.levels = levels
  }

  /// The Gram matrix of the region's features, f32 `[1, channels, channels]`; nil where the layer
  /// has no pixel of it.
  ///
  /// Source: Gatys, Ecker, Bethge, Hertzmann, Shechtman 2017, section 4.1.
  func gramMatrix(of features: Variable, at tap: VGG19.Tap) -> Variable? {
    guard let level = levels[tap.block - 1] else { return nil }
    return features.cropped(to: level.window).weighted(byPixel: level.weights).gramMatrix()
  }
}

extension RegionGuide.Level {
  /// Keeps the rectangle around what counts.
  fileprivate init?(_ shares: Tensor) {
    let (width, numbers) = (shares.shape.width, shares.scalars)
    let counted = numbers.indices.filter { numbers[$0] > 0 }
    let rows = counted.map { $0 / width }
    let columns = counted.map { $0 % width }
    guard let top = rows.first, let bottom = rows.last, let left = columns.min(),
      let right = columns.max()
    else { return nil }
    let window = CropWindow(images: 0..<1, rows: top..<bottom + 1, columns: left..<right + 1)
    self.window = window
    let sum = counted.reduce(0.0) { $0 + Double(numbers[$1]) }
    let scale = Double(window.rows.count * window.columns.count) / sum
    let part = window.rows.flatMap { row in
      window.columns.map { Float((Double(numbers[row * width + $0]) * scale).squareRoot()) }
    }
    weights = Tensor(part, shape: [1, window.rows.count, window.columns.count, 1])
  }
}

extension Tensor {
  /// The sum of f32 numbers.
  fileprivate var sum: Double { scalars.reduce(0) { $0 + Double($1) } }

  /// The least of each number of an f32 image, `[1, height, width, 1]`, and its eight neighbours.
  fileprivate func eroded() -> Tensor {
    let (height, width, numbers) = (shape.height, shape.width, scalars)
    let least = (0..<height * width).map { pixel in
      let (row, column) = (pixel / width, pixel % width)
      var least = numbers[pixel]
      for y in max(0, row - 1)...min(height - 1, row + 1) {
        for x in max(0, column - 1)...min(width - 1, column + 1) {
          least = min(least, numbers[y * width + x])
        }
      }
      return least
    }
    return Tensor(least, shape: shape)
  }
}
