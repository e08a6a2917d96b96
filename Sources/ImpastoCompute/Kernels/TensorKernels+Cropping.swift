public import ImpastoTensors

/// A rectangle of some images of a batch.
public struct CropWindow: Hashable, Sendable {
  /// The images, and the rows and columns of each.
  public let images, rows, columns: Range<Int>

  /// Creates a window.
  public init(images: Range<Int>, rows: Range<Int>, columns: Range<Int>) {
    self.images = images
    self.rows = rows
    self.columns = columns
  }

  /// Calls `body` with each row of the window: where it lies in images of `shape`, and in the part that
  /// is cut out, both counted in scalars.
  fileprivate func forEachRow(of shape: Shape, _ body: (_ whole: Int, _ part: Int) -> Void) {
    var part = 0
    for image in images {
      for row in rows {
        let pixel = (image * shape.height + row) * shape.width + columns.lowerBound
        body(pixel * shape.channels, part)
        part += columns.count * shape.channels
      }
    }
  }

  fileprivate func shape(in whole: Shape) -> Shape {
    precondition(
      images.lowerBound >= 0 && images.upperBound <= whole.batch
        && rows.lowerBound >= 0 && rows.upperBound <= whole.height
        && columns.lowerBound >= 0 && columns.upperBound <= whole.width,
      "images \(images), rows \(rows), columns \(columns) of \(whole)")
    return [images.count, rows.count, columns.count, whole.channels]
  }
}

extension TensorKernels {
  /// The part of images that lies in `window`.
  public func crop(_ input: Tensor, to window: CropWindow) -> Tensor {
    let (shape, scalar) = (window.shape(in: input.shape), input.scalarType.size)
    let length = shape.width * shape.channels * scalar
    return Tensor(uninitialized: shape, input.scalarType) { output in
      input.withUnsafeBytes { bytes in
        window.forEachRow(of: input.shape) { whole, part in
          (output + part * scalar).copyMemory(from: bytes.start + whole * scalar, byteCount: length)
        }
      }
    }
  }

  /// The gradient of `crop`: nothing outside of the window.
  public func cropGradient(
    _ outputGradient: Tensor, window: CropWindow, inputShape: Shape
  ) -> Tensor {
    let (shape, scalar) = (window.shape(in: inputShape), outputGradient.scalarType.size)
    precondition(
      outputGradient.shape == shape, "a gradient \(outputGradient.shape) for a part of \(shape)")
    let length = shape.width * shape.channels * scalar
    var inputGradient = Tensor(zeros: inputShape, outputGradient.scalarType)
    inputGradient.withUnsafeMutableBytes { inputGradient in
      outputGradient.withUnsafeBytes { outputGradient in
        window.forEachRow(of: inputShape) { whole, part in
          (inputGradient.start + whole * scalar).copyMemory(
            from: outputGradient.start + part * scalar, byteCount: length)
        }
      }
    }
    return inputGradient
  }
}
