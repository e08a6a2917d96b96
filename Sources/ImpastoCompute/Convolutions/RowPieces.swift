import ImpastoTensors

/// A convolution as several of four rows of outputs each, which all have one shape.
///
/// How oneDNN rounds an output may depend on the extents of the image that it is in, and on the
/// number of threads. Pieces of one shape, each computed by one thread, make sure that it does not:
/// a band of an image that begins at a multiple of four rows of outputs, and ends at one or with the
/// image, has the bits that the whole image has there.
struct RowPieces {
  /// The convolution of one piece.
  let piece: ConvolutionShape

  private let whole: ConvolutionShape
  private let piecesOfImage: Int
  private static let rows = 4

  /// The pieces of `whole`, unless zeros surround its input.
  init?(_ whole: ConvolutionShape) {
    guard whole.step.zeroPadding == 0 else { return nil }
    self.whole = whole
    let input = whole.input
    let inputRows = (Self.rows - 1) * whole.step.stride + whole.filter[1]
    piece = ConvolutionShape(
      input: [1, inputRows, input.width, input.channels], filter: whole.filter, step: whole.step)
    piecesOfImage = (whole.output.height + Self.rows - 1) / Self.rows
  }

  /// Calls `convolve` with where each piece's input begins and where its output belongs, on up to
  /// `threads` threads.
  func forEach(
    from input: Tensor, into output: UnsafeMutableRawPointer, threads: ThreadBudget,
    _ convolve: @Sendable (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
  ) {
    let type = input.scalarType
    let inputRow = whole.input.width * whole.input.channels * type.size
    let outputRow = whole.output.width * whole.output.channels * type.size
    nonisolated(unsafe) let output = output  // Each piece writes rows of its own.
    ThreadTeam.forEach(whole.output.batch * piecesOfImage, threads: threads) { number in
      let image = number / piecesOfImage
      let first = number % piecesOfImage * Self.rows
      let firstInput = first * whole.step.stride
      let target = output + (image * whole.output.height + first) * outputRow
      input.withUnsafeBytes { bytes in
        let source = bytes.start + (image * whole.input.height + firstInput) * inputRow
        let rows = whole.output.height - first
        if rows >= Self.rows { return convolve(source, target) }
        // The last rows of an image, with zeros below them to make the piece whole.
        var padded = Tensor(zeros: piece.input, type)
        padded.withUnsafeMutableBytes {
          $0.start.copyMemory(
            from: source, byteCount: (whole.input.height - firstInput) * inputRow)
        }
        let convolved = Tensor(uninitialized: piece.output, type) { result in
          padded.withUnsafeBytes { convolve($0.start, result) }
        }
        convolved.withUnsafeBytes {
          target.copyMemory(from: $0.start, byteCount: rows * outputRow)
        }
      }
    }
  }
}
