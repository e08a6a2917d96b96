public import ImpastoTensors

/// The stride and padding of a convolution.
public struct ConvolutionStep: Hashable, Sendable {
  /// The stride: pixels from one position of the filter to the next, along both axes.
  public var stride: Int
  /// Pixels of zeros taken to surround the input.
  public var zeroPadding: Int

  /// Creates a step of `stride` pixels over an input surrounded by `zeroPadding` zeros.
  public init(stride: Int = 1, zeroPadding: Int = 0) {
    self.stride = stride
    self.zeroPadding = zeroPadding
  }
}

/// The extents of a convolution's input, filter and output.
public struct ConvolutionShape: Hashable, Sendable {
  /// `[batch, height, width, inputs]`.
  public let input: Shape
  /// `[outputs, height, width, inputs]`.
  public let filter: Shape
  /// The stride and padding.
  public let step: ConvolutionStep

  /// Creates the shape of `filter` moved over `input`.
  ///
  /// - Precondition: the channels agree and the filter fits into the padded input.
  public init(input: Shape, filter: Shape, step: ConvolutionStep) {
    precondition(
      input.rank == 4 && filter.rank == 4 && input.channels == filter[3],
      "a filter \(filter) cannot convolve an input \(input)")
    self.input = input
    self.filter = filter
    self.step = step
    precondition(
      output.height > 0 && output.width > 0, "a filter \(filter) is larger than its input \(input)")
  }

  /// `[batch, height, width, outputs]`.
  public var output: Shape {
    func extent(_ input: Int, _ kernel: Int) -> Int {
      (input + 2 * step.zeroPadding - kernel) / step.stride + 1
    }
    return [
      input.batch, extent(input.height, filter[1]), extent(input.width, filter[2]), filter[0],
    ]
  }

  /// Multiplications and additions of one pass, each counted as one.
  public var operationCount: Int { 2 * output.count * filter[1] * filter[2] * filter[3] }
}
