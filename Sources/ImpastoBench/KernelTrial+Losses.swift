import ImpastoCompute
import ImpastoTensors

/// The kernels of a training step around the loss network.
extension KernelTrial {
  static func losses(_ operands: KernelOperands) -> [KernelTrial] {
    [
      reversed(operands), pooled(operands), poolGradient(operands), rectifyGradient(operands),
      gram(operands), squaredDifference(operands), scaledDifference(operands),
    ] + (operands.type == .float32 ? [] : [converted(operands)])
  }

  private static func reversed(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, type) = (operands.kernels, operands.type)
    let photo = Operand(operands.photo.shape, seed: 3, .float32, kernels)
    let affine = operands.affine(photo.shape)
    return KernelTrial(
      name: "RGB to BGR", shape: photo.shape,
      work: .copying(photo.bytes + photo.shape.count * type.size)
    ) {
      .tensor(kernels.reverseChannels(photo.tensor, affine: affine, outputType: type))
    } expected: {
      let place = Place($0, in: photo.shape)
      var source = place
      source.channel = 2 - place.channel
      return affine(photo[source], place, channels: 3)
    }
  }

  private static func pooled(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features) = (operands.kernels, operands.features)
    let output = features.pooledShape
    return KernelTrial(
      name: "largest of 2×2", shape: features.shape,
      work: .copying(features.bytes + features.bytes / 4)
    ) {
      .tensor(kernels.maxPool(features.tensor))
    } expected: {
      features.block(under: Place($0, in: output)).map { features[$0] }.max() ?? 0
    }
  }

  private static func poolGradient(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features) = (operands.kernels, operands.features)
    let arriving = operands.noise(features.pooledShape, seed: 9)
    return KernelTrial(
      name: "gradient of largest", shape: features.shape,
      work: .copying(2 * features.bytes + arriving.bytes)
    ) {
      .tensor(kernels.maxPoolGradient(arriving.tensor, input: features.tensor))
    } expected: {
      let place = Place($0, in: features.shape)
      let pooled = Place(image: 0, y: place.y / 2, x: place.x / 2, channel: place.channel)
      let block = features.block(under: pooled)
      let most = block.map { features[$0] }.max()
      let first = block.first { features[$0] == most }
      return first?.index(in: features.shape) == $0 ? arriving[pooled] : 0
    }
  }

  private static func rectifyGradient(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features, others) = (operands.kernels, operands.features, operands.others)
    return inPlace("gradient of rectify", others, work: .copying(3 * features.bytes)) {
      kernels.rectifyGradient(&$0, output: features.tensor)
    } expected: {
      features[$0] > 0 ? others[$0] : 0
    }
  }

  private static func gram(_ operands: KernelOperands) -> KernelTrial {
    let (backend, channels) = (operands.backend, 64)
    let pixels = operands.features.shape.count / channels
    let features = operands.features.reshaped(to: [1, pixels, channels])
    return KernelTrial(
      name: "Gram matrix", shape: features.shape,
      work: .multiplying(2 * pixels * channels * channels)
    ) {
      .tensor(
        backend.multiply(
          features.tensor, transposed: true, features.tensor, resultType: .float32))
    } expected: {
      let (row, column) = ($0 / channels, $0 % channels)
      return Float(
        (0..<pixels).reduce(0) {
          $0 + Double(features[$1 * channels + row] * features[$1 * channels + column])
        })
    }
  }

  private static func squaredDifference(_ operands: KernelOperands) -> KernelTrial {
    let kernels = operands.kernels
    let (a, b) = (
      operands.features.reshaped(to: operands.quarterShape),
      operands.others.reshaped(to: operands.quarterShape)
    )
    let count = a.shape.count / a.shape.batch
    return KernelTrial(
      name: "sum of squared differences", shape: a.shape, work: .reading(2 * a.bytes)
    ) {
      .numbers(kernels.squaredDifference(a.tensor, b.tensor).map(Float.init))
    } expected: {
      Float(
        ($0 * count..<($0 + 1) * count).reduce(0) {
          $0 + Double((a[$1] - b[$1]) * (a[$1] - b[$1]))
        })
    }
  }

  private static func scaledDifference(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features, others) = (operands.kernels, operands.features, operands.others)
    return KernelTrial(
      name: "scaled difference", shape: features.shape, work: .copying(3 * features.bytes)
    ) {
      .tensor(kernels.scaledDifference(features.tensor, others.tensor, factors: [0.75]))
    } expected: {
      0.75 * (features[$0] - others[$0])
    }
  }

  private static func converted(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, type) = (operands.kernels, operands.type)
    let exact = Operand(operands.features.shape, seed: 1, .float32, kernels)
    return KernelTrial(
      name: "f32 to bf16", shape: exact.shape,
      work: .copying(exact.bytes + operands.features.bytes)
    ) {
      .tensor(kernels.convert(exact.tensor, to: type))
    } expected: {
      exact[$0]
    }
  }
}

extension Operand {
  fileprivate var pooledShape: Shape { [1, shape.height / 2, shape.width / 2, shape.channels] }

  /// The 2×2 places that `place` of a pooled image stands for, in the order of the rows.
  fileprivate func block(under place: Place) -> [Place] {
    (0..<4).map {
      Place(
        image: place.image, y: 2 * place.y + $0 / 2, x: 2 * place.x + $0 % 2,
        channel: place.channel)
    }
  }
}
