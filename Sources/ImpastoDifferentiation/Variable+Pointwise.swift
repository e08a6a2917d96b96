public import ImpastoCompute
public import ImpastoTensors

extension Variable {
  /// The channels in reverse order, each times its factor plus its addend.
  ///
  /// - Parameters:
  ///   - affine: Indexed by the output's channels; the same for every image.
  public func channelsReversed(_ affine: ChannelAffine, outputType: ScalarType) -> Variable {
    let (kernels, slot, inputType) = (kernels, slot, value.scalarType)
    let output = kernels.reverseChannels(value, affine: affine, outputType: outputType)
    return tape.record(output, operands: [slot]) { gradient in
      let adjoint = ChannelAffine(
        scale: affine.scale.reversed(), shift: [Float](repeating: 0, count: affine.scale.count))
      slot?.accumulate(
        kernels.reverseChannels(gradient, affine: adjoint, outputType: inputType), kernels)
    }
  }

  /// Some columns of a matrix: `[rows, range.count]`.
  public func columns(_ range: Range<Int>) -> Variable {
    let (kernels, slot, shape) = (kernels, slot, value.shape)
    precondition(
      shape.rank == 2 && value.scalarType == .float32 && range.upperBound <= shape[1],
      "columns \(range) of \(shape)")
    let scalars = value.scalars
    let part = (0..<shape[0]).flatMap { row in
      scalars[(row * shape[1] + range.lowerBound)..<(row * shape[1] + range.upperBound)]
    }
    return tape.record(Tensor(part, shape: [shape[0], range.count]), operands: [slot]) { gradient in
      let gradient = gradient.scalars
      var whole = [Float](repeating: 0, count: shape.count)
      for row in 0..<shape[0] {
        for column in range {
          whole[row * shape[1] + column] = gradient[row * range.count + column - range.lowerBound]
        }
      }
      slot?.accumulate(Tensor(whole, shape: shape), kernels)
    }
  }

  /// A list as `count` equal rows of a matrix: of `[length]` `[count, length]`.
  public func repeated(_ count: Int) -> Variable {
    let (kernels, slot, shape) = (kernels, slot, value.shape)
    precondition(shape.rank == 1 && value.scalarType == .float32, "rows of \(shape)")
    let row = value.scalars
    let rows = Tensor((0..<count).flatMap { _ in row }, shape: [count, row.count])
    return tape.record(rows, operands: [slot]) { gradient in
      let gradient = gradient.scalars
      let sums = row.indices.map { column in
        (0..<count).reduce(0) { $0 + gradient[$1 * row.count + column] }
      }
      slot?.accumulate(Tensor(sums, shape: shape), kernels)
    }
  }
}
