import ImpastoCompute
import ImpastoTensors

/// A convolution of noise.
struct ConvolutionTrial {
  private let convolution: ShapeRecorder.Convolution
  private let input: Tensor
  private let outputGradient: Tensor?
  private let filter: ConvolutionFilter
  private let bias: Tensor?

  init(_ convolution: ShapeRecorder.Convolution, on bench: Workbench) {
    let shape = convolution.shape
    self.convolution = convolution
    input = bench.noise(shape.input, seed: 1)
    filter = ConvolutionFilter(bench.noise(shape.filter, seed: 2))
    switch convolution.pass {
    case .forward(let hasBias, _):
      bias = hasBias ? bench.noise([shape.filter[0]], seed: 3) : nil
      outputGradient = nil
    case .inputGradient, .filterGradient:
      bias = nil
      outputGradient = bench.noise(shape.output, seed: 3)
    }
  }

  /// The convolution, ready to run.
  func computation(on backend: any ComputeBackend, _ type: ScalarType) -> () -> Tensor {
    let (filter, bias, shape) = (filter, bias, convolution.shape)
    let input = backend.kernels.convert(input, to: type)
    guard let outputGradient else {
      let isRectified = convolution.pass.isRectified
      return {
        backend.convolve(input, with: filter, bias: bias, rectified: isRectified, step: shape.step)
      }
    }
    let gradient = backend.kernels.convert(outputGradient, to: type)
    if convolution.pass == .inputGradient {
      return {
        backend.convolutionInputGradient(
          gradient, filter: filter, inputShape: shape.input, step: shape.step)
      }
    }
    return {
      backend.convolutionFilterGradient(
        gradient, input: input, filterShape: shape.filter, step: shape.step)
    }
  }

  /// The distance of `result` from what `reference` computes, as a share of its norm.
  func error(of result: Tensor, reference: OpenBLASBackend) -> Double {
    var (distance, norm) = (0.0, 0.0)
    func compare(_ part: Tensor, _ expected: Tensor) {
      let part = reference.kernels.convert(part, to: .float32)
      distance += reference.kernels.squaredDifference(part, expected).reduce(0, +)
      norm += reference.kernels.squaredDifference(expected).reduce(0, +)
    }
    let step = convolution.shape.step
    if outputGradient != nil || step.zeroPadding > 0 {
      compare(result, computation(on: reference, .float32)())
    } else {
      // The reference writes out every patch, 10 GB of them at 1024×1024: bands have to do.
      for image in 0..<result.shape.batch {
        for rows in Self.bands(of: result.shape.height) {
          let first = rows.lowerBound * step.stride
          let last = (rows.upperBound - 1) * step.stride + filter.shape[1]
          compare(
            result.part(image: image, rows: rows),
            reference.convolve(
              input.part(image: image, rows: first..<last), with: filter, bias: bias,
              rectified: convolution.pass.isRectified, step: step))
        }
      }
    }
    return (distance / norm).squareRoot()
  }

  /// The first and last rows of an image.
  private static func bands(of height: Int) -> [Range<Int>] {
    let rows = 16
    return height <= 2 * rows ? [0..<height] : [0..<rows, height - rows..<height]
  }
}

extension Tensor {
  /// Some rows of one image.
  fileprivate func part(image: Int, rows: Range<Int>) -> Tensor {
    let rowSize = shape.width * shape.channels * scalarType.size
    let start = (image * shape.height + rows.lowerBound) * rowSize
    let part: Shape = [1, rows.count, shape.width, shape.channels]
    return Tensor(uninitialized: part, scalarType) { part in
      withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(start: part, count: rows.count * rowSize)
          .copyBytes(from: bytes[start..<start + rows.count * rowSize])
      }
    }
  }
}
