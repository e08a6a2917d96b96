import ImpastoCompute
import ImpastoTensors
import Testing

struct SpatialTests {
  @Test(arguments: [[1, 1, 1, 1], [2, 3, 2, 5], [1, 2, 4, 16]], ScalarType.allCases)
  func `interleaving puts each group in its places, and its gradient is the adjoint`(
    extents: [Int], type: ScalarType
  ) {
    // Extents of the image before it was doubled.
    let (batch, height, width, channels) = (extents[0], extents[1], extents[2], extents[3])
    let groups = Tensor.sixteenths([batch, height + 1, width + 1, 4 * channels], type, seed: 1)
    let scalars = groups.doubles
    var expected: [Double] = []
    for image in 0..<batch {
      for y in 0..<2 * height {
        for x in 0..<2 * width {
          let place = (image * (height + 1) + y / 2 + y % 2) * (width + 1) + x / 2 + x % 2
          let group = 2 * (y % 2) + x % 2
          expected += scalars[(place * 4 + group) * channels..<(place * 4 + group + 1) * channels]
        }
      }
    }
    let output = kernels.interleave(groups)
    expectEqual(output, expected, shape: [batch, 2 * height, 2 * width, channels], "output")

    let arriving = Tensor.sixteenths(output.shape, type, seed: 2)
    let gradient = kernels.interleaveGradient(arriving)
    #expect(gradient.shape == groups.shape)
    #expect(product(output, arriving) == product(groups, gradient))
  }

  @Test(arguments: [[1, 1, 1, 1], [2, 3, 2, 5]], [2, 4])
  func `channels become squares of pixels and come back`(extents: [Int], factor: Int) {
    let (batch, height, width, channels) = (extents[0], extents[1], extents[2], extents[3])
    for type in ScalarType.allCases {
      let input = Tensor.sixteenths(
        [batch, height, width, factor * factor * channels], type, seed: 1)
      let scalars = input.doubles
      var expected: [Double] = []
      for image in 0..<batch {
        for y in 0..<factor * height {
          for x in 0..<factor * width {
            let place = (image * height + y / factor) * width + x / factor
            let start = (place * factor * factor + factor * (y % factor) + x % factor) * channels
            expected += scalars[start..<start + channels]
          }
        }
      }
      let output = kernels.depthToSpace(input, factor: factor)
      expectEqual(
        output, expected, shape: [batch, factor * height, factor * width, channels], "output")
      expectEqual(
        kernels.spaceToDepth(output, factor: factor), scalars, shape: input.shape, "input again")
    }
  }

  @Test(arguments: [0, 1, 2], ScalarType.allCases)
  func `adding to the interior leaves the border alone`(padding: Int, type: ScalarType) {
    let addend = Tensor.sixteenths([2, 3, 4, 3], type, seed: 1)
    let shape = Frame(padding: padding).shape(around: addend.shape)
    var padded = Tensor.sixteenths(shape, type, seed: 2)
    var expected = padded.doubles
    for (index, scalar) in addend.doubles.enumerated() {
      let (image, y, x, channel) = (index / 36, index / 12 % 3, index / 3 % 4, index % 3)
      let pixel = (image * shape.height + y + padding) * shape.width + x + padding
      expected[pixel * 3 + channel] += scalar
    }
    kernels.addToInterior(of: &padded, addend, padding: padding)
    expectEqual(padded, expected, shape: shape, "sum")
  }

  @Test(arguments: [[1, 1, 1, 3], [2, 5, 4, 3], [1, 1, 6, 1], [1, 6, 1, 2]])
  func `total variation sums over neighbours, and its gradient is its derivative`(extents: [Int]) {
    let shape = Shape(extents)
    let input = Tensor.sixteenths(shape, seed: 1)
    let scalars = input.doubles
    let factors = (0..<shape.batch).map { Float($0) + 0.5 }
    var sums = [Double](repeating: 0, count: shape.batch)
    var gradient = [Double](repeating: 0, count: shape.count)
    for index in scalars.indices {
      let x = index / shape.channels % shape.width
      let y = index / (shape.channels * shape.width) % shape.height
      let image = index / (shape.count / shape.batch)
      var neighbours: [Int] = []
      if x + 1 < shape.width { neighbours.append(index + shape.channels) }
      if y + 1 < shape.height { neighbours.append(index + shape.channels * shape.width) }
      for neighbour in neighbours {
        let difference = scalars[neighbour] - scalars[index]
        sums[image] += difference * difference
        gradient[neighbour] += 2 * Double(factors[image]) * difference
        gradient[index] -= 2 * Double(factors[image]) * difference
      }
    }
    #expect(kernels.totalVariation(input) == sums)
    expectEqual(
      kernels.totalVariationGradient(input, factors: factors), gradient, shape: shape, "gradient")
  }
}

/// The sum of the products of two tensors' scalars.
func product(_ a: Tensor, _ b: Tensor) -> Double {
  zip(a.doubles, b.doubles).reduce(0) { $0 + $1.0 * $1.1 }
}
