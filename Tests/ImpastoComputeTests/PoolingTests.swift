import ImpastoCompute
import ImpastoTensors
import Testing

struct PoolingTests {
  /// The place of the first largest scalar of each 2×2 block, by definition.
  private func largestPlaces(_ scalars: [Double], _ shape: Shape) -> [Int] {
    var places: [Int] = []
    for image in 0..<shape.batch {
      for y in 0..<shape.height / 2 {
        for x in 0..<shape.width / 2 {
          for channel in 0..<shape.channels {
            let block = [(0, 0), (0, 1), (1, 0), (1, 1)].map { dy, dx in
              ((image * shape.height + 2 * y + dy) * shape.width + 2 * x + dx) * shape.channels
                + channel
            }
            // Of equals, `max(by:)` would give the last.
            places.append(
              block.dropFirst().reduce(block[0]) { scalars[$1] > scalars[$0] ? $1 : $0 })
          }
        }
      }
    }
    return places
  }

  @Test(
    arguments: [[1, 2, 2, 1], [2, 6, 4, 3], [1, 5, 7, 2], [2, 3, 2, 17]], ScalarType.allCases)
  func `max pooling takes the largest, and its gradient goes to the first of equals`(
    extents: [Int], type: ScalarType
  ) {
    let shape = Shape(extents)
    // Few different values make many ties.
    var random = RandomSource(seed: 1)
    let input = Tensor(
      (0..<shape.count).map { _ in Float(Int(random.next() % 3)) - 1 }, shape: shape, type)
    let places = largestPlaces(input.doubles, shape)
    let pooled: Shape = [shape.batch, shape.height / 2, shape.width / 2, shape.channels]
    let output = kernels.maxPool(input)
    expectEqual(output, places.map { input.doubles[$0] }, shape: pooled, "output")

    let arriving = Tensor.sixteenths(pooled, type, seed: 2)
    var gradient = [Double](repeating: 0, count: shape.count)
    for (place, scalar) in zip(places, arriving.doubles) { gradient[place] += scalar }
    expectEqual(
      kernels.maxPoolGradient(arriving, input: input), gradient, shape: shape, "gradient")
  }

  @Test(arguments: 0..<4, ScalarType.allCases)
  func `max pooling keeps a number that is not one visible`(place: Int, type: ScalarType) {
    var scalars: [Float] = [1, -2, 3, 0]
    scalars[place] = .nan
    let pooled = kernels.maxPool(Tensor(scalars, shape: [1, 2, 2, 1], type))
    #expect(kernels.nonfiniteCount(pooled) == 1)
  }

  @Test(
    arguments: [[1, 2, 2, 1], [2, 6, 4, 3], [1, 5, 7, 2], [2, 3, 2, 17]], ScalarType.allCases)
  func `average pooling takes the mean, and its gradient is the adjoint`(
    extents: [Int], type: ScalarType
  ) {
    let shape = Shape(extents)
    let input = Tensor.sixteenths(shape, type, seed: 1)
    let scalars = input.doubles
    let pooled: Shape = [shape.batch, shape.height / 2, shape.width / 2, shape.channels]
    var means: [Double] = []
    for image in 0..<pooled.batch {
      for y in 0..<pooled.height {
        for x in 0..<pooled.width {
          for channel in 0..<pooled.channels {
            let block = [(0, 0), (0, 1), (1, 0), (1, 1)].map { dy, dx in
              let pixel = (image * shape.height + 2 * y + dy) * shape.width + 2 * x + dx
              return scalars[pixel * shape.channels + channel]
            }
            means.append(block.reduce(0, +) / 4)
          }
        }
      }
    }
    let output = kernels.averagePool(input)
    expectEqual(output, means, shape: pooled, "output")

    let arriving = Tensor.sixteenths(pooled, type, seed: 2)
    let gradient = kernels.averagePoolGradient(arriving, inputShape: shape)
    #expect(gradient.shape == shape)
    let expected = zip(means, arriving.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(product(gradient, input) == expected)
  }
}
