import CKernels
import COpenBLAS
public import ImpastoTensors

/// The portable reference: f32, convolutions as matrix products over patches (im2col).
public final class OpenBLASBackend: ComputeBackend {
  public let name = "openblas"
  public let threads: ThreadBudget

  /// Creates a backend that runs on `threads`.
  public init(threads: ThreadBudget = .available) { self.threads = threads }

  public func supports(_ scalarType: ScalarType) -> Bool { scalarType == .float32 }

  public func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: input.shape, filter: filter.shape, step: step)
    let patches = Patches(shape)
    return Tensor(uninitialized: shape.output) { output in
      let output = output.assumingMemoryBound(to: Float.self)
      input.withFloats { input in
        filter.weights.withFloats { filter in
          patches.withColumns { columns in
            for image in 0..<shape.input.batch {
              fill(columns, from: input + image * patches.imageSize, shape)
              multiply(
                columns, .plain, filter, .transposed, into: output + image * patches.outputSize,
                m: patches.positions, n: shape.filter[0], k: patches.length)
            }
          }
        }
      }
      finish(output, bias: bias, rectified: rectified, shape.output)
    }
  }

  public func convolutionInputGradient(
    _ outputGradient: Tensor, filter: ConvolutionFilter, inputShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: inputShape, filter: filter.shape, step: step)
    checkGradient(outputGradient, shape)
    let patches = Patches(shape)
    return Tensor(uninitialized: inputShape) { inputGradient in
      let inputGradient = inputGradient.assumingMemoryBound(to: Float.self)
      outputGradient.withFloats { outputGradient in
        filter.weights.withFloats { filter in
          patches.withColumns { columns in
            for image in 0..<shape.input.batch {
              multiply(
                outputGradient + image * patches.outputSize, .plain, filter, .plain,
                into: columns, m: patches.positions, n: patches.length, k: shape.filter[0])
              kernels_columns_to_image(
                columns, Int64(inputShape.height), Int64(inputShape.width),
                Int64(inputShape.channels), Int64(shape.filter[1]), Int64(shape.filter[2]),
                Int64(step.stride), Int64(step.zeroPadding),
                inputGradient + image * patches.imageSize, Int32(threads.count))
            }
          }
        }
      }
    }
  }

  public func convolutionFilterGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: input.shape, filter: filterShape, step: step)
    checkGradient(outputGradient, shape)
    let patches = Patches(shape)
    return Tensor(uninitialized: filterShape) { filterGradient in
      let filterGradient = filterGradient.assumingMemoryBound(to: Float.self)
      input.withFloats { input in
        outputGradient.withFloats { outputGradient in
          patches.withColumns { columns in
            for image in 0..<shape.input.batch {
              fill(columns, from: input + image * patches.imageSize, shape)
              multiply(
                outputGradient + image * patches.outputSize, .transposed, columns, .plain,
                into: filterGradient, m: filterShape[0], n: patches.length,
                k: patches.positions, accumulating: image > 0)
            }
          }
        }
      }
    }
  }

  public func multiply(_ a: Tensor, transposed: Bool, _ b: Tensor, resultType: ScalarType) -> Tensor
  {
    precondition(resultType == .float32, "OpenBLAS multiplies in f32 only")
    let product = ProductShape(a, transposed: transposed, b)
    return Tensor(uninitialized: product.result) { c in
      let c = c.assumingMemoryBound(to: Float.self)
      a.withFloats { a in
        b.withFloats { b in
          for pair in 0..<product.batch {
            multiply(
              a + pair * product.m * product.k, transposed ? .transposed : .plain,
              b + pair * product.k * product.n, .plain, into: c + pair * product.m * product.n,
              m: product.m, n: product.n, k: product.k)
          }
        }
      }
    }
  }

  private enum Orientation { case plain, transposed }

  /// c ← a·b (+ c), each operand as it is or transposed; c is `[m, n]`, row-major.
  private func multiply(
    _ a: UnsafePointer<Float>, _ aOrientation: Orientation, _ b: UnsafePointer<Float>,
    _ bOrientation: Orientation, into c: UnsafeMutablePointer<Float>, m: Int, n: Int, k: Int,
    accumulating: Bool = false
  ) {
    openblas_set_num_threads(Int32(threads.count))
    cblas_sgemm(
      CblasRowMajor, aOrientation == .plain ? CblasNoTrans : CblasTrans,
      bOrientation == .plain ? CblasNoTrans : CblasTrans, Int32(m), Int32(n), Int32(k), 1, a,
      Int32(aOrientation == .plain ? k : m), b, Int32(bOrientation == .plain ? n : k),
      accumulating ? 1 : 0, c, Int32(n))
  }

  private func fill(
    _ columns: UnsafeMutablePointer<Float>, from image: UnsafePointer<Float>,
    _ shape: ConvolutionShape
  ) {
    kernels_image_to_columns(
      image, Int64(shape.input.height), Int64(shape.input.width), Int64(shape.input.channels),
      Int64(shape.filter[1]), Int64(shape.filter[2]), Int64(shape.step.stride),
      Int64(shape.step.zeroPadding), columns, Int32(threads.count))
  }

  /// Adds the bias and rectifies, in a second pass that only the reference backend needs.
  private func finish(
    _ output: UnsafeMutablePointer<Float>, bias: Tensor?, rectified: Bool, _ shape: Shape
  ) {
    guard bias != nil || rectified else { return }
    let channels = shape.channels
    let bias = bias?.scalars ?? [Float](repeating: 0, count: channels)
    for pixel in 0..<shape.count / channels {
      for channel in 0..<channels {
        let index = pixel * channels + channel
        let sum = output[index] + bias[channel]
        output[index] = rectified ? max(0, sum) : sum
      }
    }
  }
}

/// The matrix of patches of one image: a row per output position.
private struct Patches {
  let positions, length, imageSize, outputSize: Int

  init(_ shape: ConvolutionShape) {
    positions = shape.output.height * shape.output.width
    length = shape.filter[1] * shape.filter[2] * shape.filter[3]
    imageSize = shape.input.count / max(1, shape.input.batch)
    outputSize = positions * shape.filter[0]
  }

  func withColumns(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    _ = Tensor(uninitialized: [positions, length]) { body($0.assumingMemoryBound(to: Float.self)) }
  }
}

extension Tensor {
  fileprivate func withFloats(_ body: (UnsafePointer<Float>) -> Void) {
    precondition(scalarType == .float32, "OpenBLAS computes in f32 only")
    withUnsafeBytes { body($0.start.assumingMemoryBound(to: Float.self)) }
  }
}
