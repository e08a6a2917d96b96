import CKernels
import COpenBLAS
public import ImpastoTensors
import Synchronization

/// The portable reference: f32, convolutions as matrix products over patches (im2col).
public final class OpenBLASBackend: ComputeBackend {
  public let name = "openblas"
  public let threads: ThreadBudget

  /// Creates a backend that runs on `threads`.
  public init(threads: ThreadBudget = .available) {
    InstructionSet.use()
    self.threads = threads
  }

  public func limited(to threads: ThreadBudget) -> any ComputeBackend {
    OpenBLASBackend(threads: threads)
  }

  public func supports(_ scalarType: ScalarType) -> Bool { scalarType == .float32 }

  public func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: input.shape, filter: filter.shape, step: step)
    checkOperands(input, bias: bias, shape, self)
    let bands = PatchBands(shape)
    var output = Tensor(uninitialized: shape.output) { output in
      let output = output.assumingMemoryBound(to: Float.self)
      input.withFloats { input in
        filter.weights.withFloats { filter in
          bands.forEach { band, columns in
            kernels_image_to_columns(
              input + band.inputOffset, band.patches, columns, Int32(threads.count))
            // OpenBLAS rounds what it makes of a patch by the patch's place among those that it
            // multiplies at once. With one row at a time, rows have the same bits in an image and in
            // its bands.
            let (width, outputs) = (shape.output.width, shape.filter[0])
            for row in 0..<band.positions / width {
              multiply(
                columns + row * width * bands.length, .plain, filter, .transposed,
                into: output + band.outputOffset + row * width * outputs, m: width, n: outputs,
                k: bands.length)
            }
          }
        }
      }
      if let bias { add(bias, to: output, shape.output) }
    }
    if rectified { kernels.rectify(&output) }
    return output
  }

  public func convolutionInputGradient(
    _ outputGradient: Tensor, filter: ConvolutionFilter, inputShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: inputShape, filter: filter.shape, step: step)
    checkGradient(outputGradient, shape, self)
    let bands = PatchBands(shape)
    return Tensor(uninitialized: inputShape) { inputGradient in
      let inputGradient = inputGradient.assumingMemoryBound(to: Float.self)
      inputGradient.update(repeating: 0, count: inputShape.count)
      outputGradient.withFloats { outputGradient in
        filter.weights.withFloats { filter in
          bands.forEach { band, columns in
            multiply(
              outputGradient + band.outputOffset, .plain, filter, .plain, into: columns,
              m: band.positions, n: bands.length, k: shape.filter[0])
            kernels_add_columns_to_image(
              columns, band.patches, inputGradient + band.inputOffset, Int32(threads.count))
          }
        }
      }
    }
  }

  public func convolutionFilterGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: input.shape, filter: filterShape, step: step)
    checkGradient(outputGradient, shape, input: input, self)
    let bands = PatchBands(shape)
    return Tensor(uninitialized: filterShape) { filterGradient in
      let filterGradient = filterGradient.assumingMemoryBound(to: Float.self)
      filterGradient.update(repeating: 0, count: filterShape.count)
      input.withFloats { input in
        outputGradient.withFloats { outputGradient in
          bands.forEach { band, columns in
            kernels_image_to_columns(
              input + band.inputOffset, band.patches, columns, Int32(threads.count))
            multiply(
              outputGradient + band.outputOffset, .transposed, columns, .plain,
              into: filterGradient, m: filterShape[0], n: bands.length, k: band.positions,
              accumulating: true)
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

  /// OpenBLAS has one number of threads for the whole process, and results are rounded by it: it is held
  /// while a product is made, else a backend with another number would change the bits of this one's.
  private static let threadCountHolder = Mutex(())

  /// c ← a·b (+ c), each operand as it is or transposed; c is `[m, n]`, row-major.
  private func multiply(
    _ a: UnsafePointer<Float>, _ aOrientation: Orientation, _ b: UnsafePointer<Float>,
    _ bOrientation: Orientation, into c: UnsafeMutablePointer<Float>, m: Int, n: Int, k: Int,
    accumulating: Bool = false
  ) {
    Self.threadCountHolder.withLock { _ in
      openblas_set_num_threads(Int32(threads.count))
      cblas_sgemm(
        CblasRowMajor, aOrientation == .plain ? CblasNoTrans : CblasTrans,
        bOrientation == .plain ? CblasNoTrans : CblasTrans, Int32(m), Int32(n), Int32(k), 1, a,
        Int32(aOrientation == .plain ? k : m), b, Int32(bOrientation == .plain ? n : k),
        accumulating ? 1 : 0, c, Int32(n))
    }
  }

  /// Adds the bias in a second pass, which only the reference backend needs.
  private func add(
    _ bias: Tensor, to output: UnsafeMutablePointer<Float>, _ shape: Shape
  ) {
    let (bias, channels) = (bias.scalars, shape.channels)
    for pixel in 0..<shape.count / channels {
      for channel in 0..<channels { output[pixel * channels + channel] += bias[channel] }
    }
  }
}

/// The matrices of patches of a batch, a band of output rows at a time: all patches of a picture at
/// once would take gigabytes.
private struct PatchBands {
  struct Band {
    let patches: kernels_patches
    let positions, inputOffset, outputOffset: Int
  }

  /// The scalars in a patch.
  let length: Int
  private let shape: ConvolutionShape

  /// The scalars of a matrix, 32 MB, unless one row of patches has more.
  private static let size = 8 << 20

  init(_ shape: ConvolutionShape) {
    self.shape = shape
    length = shape.filter[1] * shape.filter[2] * shape.filter[3]
  }

  /// Calls `body` with each band, top to bottom and image by image, and memory for its matrix.
  func forEach(_ body: (Band, UnsafeMutablePointer<Float>) -> Void) {
    let (input, output) = (shape.input, shape.output)
    let rows = min(output.height, max(1, Self.size / (output.width * length)))
    _ = Tensor(uninitialized: [rows * output.width, length]) { columns in
      for image in 0..<input.batch {
        for first in stride(from: 0, to: output.height, by: rows) {
          let count = min(rows, output.height - first)
          let patches = kernels_patches(
            height: Int64(input.height), width: Int64(input.width),
            channels: Int64(input.channels), kernel_height: Int64(shape.filter[1]),
            kernel_width: Int64(shape.filter[2]), stride: Int64(shape.step.stride),
            padding: Int64(shape.step.zeroPadding), first_row: Int64(first),
            row_count: Int64(count))
          let band = Band(
            patches: patches, positions: count * output.width,
            inputOffset: image * input.height * input.width * input.channels,
            outputOffset: (image * output.height + first) * output.width * output.channels)
          body(band, columns.assumingMemoryBound(to: Float.self))
        }
      }
    }
  }
}

extension Tensor {
  fileprivate func withFloats(_ body: (UnsafePointer<Float>) -> Void) {
    precondition(scalarType == .float32, "OpenBLAS computes in f32 only")
    withUnsafeBytes { body($0.start.assumingMemoryBound(to: Float.self)) }
  }
}
