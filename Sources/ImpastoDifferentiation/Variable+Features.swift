import ImpastoCompute
public import ImpastoTensors

/// Operations on the features of pictures, by pixel and channel.
extension Variable {
  /// Σ weights[n·C + c]·x² over the pixels and channels of each image n: f32 `[batch]`.
  ///
  /// - Parameter weights: One for each channel of each image.
  public func squares(weights: [Float]) -> Variable {
    let (kernels, slot, value) = (kernels, slot, value)
    let (batch, channels) = (value.shape.batch, value.shape.channels)
    precondition(weights.count == batch * channels, "\(weights.count) weights for \(value.shape)")
    let statistics = kernels.channelStatistics(value)
    let pixels = Double(value.shape.height * value.shape.width)
    let sums = (0..<batch).map { image in
      let squares = (image * channels..<(image + 1) * channels).reduce(0.0) {
        let (mean, variance) = (Double(statistics.mean[$1]), Double(statistics.variance[$1]))
        return $0 + Double(weights[$1]) * (variance + mean * mean)
      }
      return Float(squares * pixels)
    }
    return tape.record(Tensor(sums, shape: [batch]), operands: [slot]) { gradient in
      let slopes = gradient.scalars
      let factors = weights.indices.map { 2 * weights[$0] * slopes[$0 / channels] }
      let zeros = [Float](repeating: 0, count: weights.count)
      var result = Tensor(zeros: value.shape, value.scalarType)
      kernels.combine(&result, a: zeros, input: value, b: factors, c: zeros)
      slot?.accumulate(result, kernels)
    }
  }

  /// Σ over the pixels of an image of the largest product with a pixel of a guide: f32 `[1]`.
  ///
  /// Each pixel is drawn to that of the guide which it is most like.
  ///
  /// - Parameter guide: Features of this value's type, `[1, pixels, channels]`.
  ///
  /// Source: Mordvintsev, Olah, Tyka 2015, the guided dreams of their notebook.
  public func guided(by guide: Tensor) -> Variable {
    let (backend, kernels, slot, shape, type) = (
      tape.backend, kernels, slot, value.shape, value.scalarType
    )
    let (pixels, choices, channels) = (shape.height * shape.width, guide.shape[1], shape.channels)
    precondition(
      shape.batch == 1 && guide.shape == [1, choices, channels] && guide.scalarType == type,
      "a guide of \(guide.shape) for \(shape)")
    let known = guide.scalars
    let columns = Tensor(
      (0..<channels * choices).map { known[$0 % choices * channels + $0 / choices] },
      shape: [1, channels, choices], type)
    let products = backend.multiply(
      value.reshaped(to: [1, pixels, channels]), transposed: false, columns, resultType: .float32)
    let chosen = products.largest(ofRows: pixels)
    let sum = chosen.reduce(0.0) { $0 + Double($1.value) }
    return tape.record(Tensor([Float(sum)], shape: [1]), operands: [slot]) { gradient in
      let slope = gradient.scalars[0]
      let result = chosen.flatMap { choice in
        known[choice.index * channels..<(choice.index + 1) * channels].map { slope * $0 }
      }
      slot?.accumulate(Tensor(result, shape: shape, type), kernels)
    }
  }

  /// Each pixel times its weight.
  ///
  /// - Parameter weights: f32 `[1, height, width, 1]`, for an image alone.
  public func weighted(byPixel weights: Tensor) -> Variable {
    let (kernels, slot, shape) = (kernels, slot, value.shape)
    precondition(
      shape.batch == 1 && weights.shape == [1, shape.height, shape.width, 1],
      "weights of \(weights.shape) for \(shape)")
    let identity = ChannelAffine.identity(channels: shape.channels)
    func weighted(_ tensor: Tensor) -> Tensor {
      kernels.apply(identity, weights: weights, to: tensor)
    }
    return tape.record(weighted(value), operands: [slot]) { gradient in
      slot?.accumulate(weighted(gradient), kernels)
    }
  }
}

extension Tensor {
  /// The largest number of each of `count` rows, and its place in the row; f32.
  fileprivate func largest(ofRows count: Int) -> [(index: Int, value: Float)] {
    let length = self.count / count
    return withUnsafeBytes { bytes in
      let numbers = bytes.bindMemory(to: Float.self)
      return (0..<count).map { row in
        let row = numbers[row * length..<(row + 1) * length]
        var best = (index: row.startIndex, value: row[row.startIndex])
        for index in row.indices where row[index] > best.value { best = (index, row[index]) }
        return (best.index - row.startIndex, best.value)
      }
    }
  }
}
