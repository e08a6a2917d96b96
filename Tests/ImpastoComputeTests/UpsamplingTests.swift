import ImpastoCompute
import ImpastoTensors
import Testing

struct UpsamplingTests {
  /// The image with every pixel doubled and a mirrored border of one pixel, made explicitly.
  private func doubled(_ image: Tensor) -> (scalars: [Double], shape: Shape) {
    let shape = image.shape
    let scalars = image.doubles
    func mirrored(_ place: Int, _ extent: Int) -> Int {
      place < 0 ? -place : place < extent ? place : 2 * (extent - 1) - place
    }
    var result: [Double] = []
    for index in 0..<shape.batch {
      for y in -1...2 * shape.height {
        for x in -1...2 * shape.width {
          let row = mirrored(y, 2 * shape.height) / 2
          let column = mirrored(x, 2 * shape.width) / 2
          let pixel = (index * shape.height + row) * shape.width + column
          result += scalars[pixel * shape.channels..<(pixel + 1) * shape.channels]
        }
      }
    }
    return (
      result, [shape.batch, 2 * shape.height + 2, 2 * shape.width + 2, shape.channels]
    )
  }

  @Test(arguments: [[1, 1, 1, 2], [2, 3, 4, 3], [1, 5, 2, 16]])
  func `four small convolutions do what one does over the doubled image`(extents: [Int]) {
    let image = Tensor.sixteenths(Shape(extents), seed: 1)
    let filter = ConvolutionFilter(.sixteenths([4, 3, 3, extents[3]], seed: 2))
    let large = doubled(image)
    let shape = ConvolutionShape(
      input: large.shape, filter: filter.shape, step: ConvolutionStep())
    let expected = NaiveConvolution(shape: shape).output(
      large.scalars, filter.weights.doubles, bias: nil, rectified: false)

    let count = extents[0] * extents[3]
    let identity = ChannelAffine(
      scale: [Float](repeating: 1, count: count), shift: [Float](repeating: 0, count: count))
    let framed = kernels.apply(identity, to: image, frame: Frame(padding: 1, border: .repeated))
    for backend in backends {
      let groups = backend.convolve(
        framed, with: filter.mergedForUpsampling(), bias: nil, rectified: false,
        step: ConvolutionStep())
      expectEqual(
        backend.kernels.interleave(groups), expected, shape: shape.output,
        "output of \(backend.name)")
    }
  }

  @Test func `unmerging is the adjoint of merging`() {
    let weights = Tensor.sixteenths([3, 3, 3, 5], seed: 1)
    let gradient = Tensor.sixteenths([12, 2, 2, 5], seed: 2)
    let merged = Upsampling.merged(weights)
    let unmerged = Upsampling.unmerged(gradient)
    #expect(merged.shape == gradient.shape)
    #expect(unmerged.shape == weights.shape)
    #expect(product(merged, gradient) == product(weights, unmerged))
  }

  @Test func `a filter is merged once`() {
    let filter = ConvolutionFilter(.sixteenths([2, 3, 3, 4], seed: 1))
    #expect(filter.mergedForUpsampling() === filter.mergedForUpsampling())
  }
}
