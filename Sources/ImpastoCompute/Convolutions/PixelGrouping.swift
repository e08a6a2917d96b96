import ImpastoTensors

/// A convolution with few outputs, as one of groups of four neighbouring pixels.
///
/// Vector units compute 16 output channels at a time, and a picture has three. In memory four
/// pixels of a row are one of four times the channels; a filter over such groups gives four pixels'
/// outputs at once. It meets some zeros, and still takes a third of the time.
struct PixelGrouping {
  /// The input in groups: `[batch, height, width/4, 4·inputs]`.
  let input: Shape
  /// The output in groups: `[batch, height, width/4, 4·outputs]`.
  let output: Shape
  /// The filter over groups: `[4·outputs, height, (width + 3)/4, 4·inputs]`.
  let filter: Shape
  private let plain: Shape

  private static let size = 4

  /// Indicates whether and how `shape` can be computed in groups: rows must come apart evenly, and
  /// be neither padded nor strided.
  init?(_ shape: ConvolutionShape) {
    let (input, output, size) = (shape.input, shape.output, Self.size)
    plain = shape.filter
    guard size * plain[0] <= 16, plain[2] > 1, shape.step == ConvolutionStep(),
      input.width % size == 0, output.width % size == 0
    else { return nil }
    self.input = [input.batch, input.height, input.width / size, size * input.channels]
    self.output = [output.batch, output.height, output.width / size, size * output.channels]
    filter = [size * plain[0], plain[1], (plain[2] + size - 1) / size, size * plain[3]]
  }

  /// The filter over groups.
  func grouped(_ weights: Tensor) -> Tensor {
    let source = weights.scalars
    var result = [Float](repeating: 0, count: filter.count)
    forEachPair { plain, grouped, inputs in
      for input in 0..<inputs { result[grouped + input] = source[plain + input] }
    }
    return Tensor(result, shape: filter)
  }

  /// The adjoint of `grouped`.
  func ungrouped(_ gradient: Tensor) -> Tensor {
    let source = gradient.scalars
    var result = [Float](repeating: 0, count: plain.count)
    forEachPair { plain, grouped, inputs in
      for input in 0..<inputs { result[plain + input] += source[grouped + input] }
    }
    return Tensor(result, shape: plain)
  }

  /// Calls `body` with the offsets of the inputs of every weight and of each place that it takes in
  /// the filter over groups: one for each pixel of a group.
  private func forEachPair(_ body: (_ plain: Int, _ grouped: Int, _ inputs: Int) -> Void) {
    let (outputs, height, width, inputs) = (plain[0], plain[1], plain[2], plain[3])
    for pixel in 0..<Self.size {
      for output in 0..<outputs {
        for y in 0..<height {
          for x in 0..<width {
            let row = ((pixel * outputs + output) * height + y) * filter[2] * Self.size
            body(
              ((output * height + y) * width + x) * inputs, (row + pixel + x) * inputs, inputs)
          }
        }
      }
    }
  }
}
