import Foundation
import ImpastoCompute
import ImpastoTensors

/// The kernels that a training step adds around the transformation network.
extension KernelTrial {
  static func networkGradients(_ operands: KernelOperands) -> [KernelTrial] {
    [
      normalizationGradient(operands), combined(operands), interleaveGradient(operands),
      addedToInterior(operands), added(operands),
    ] + (operands.type == .float32 ? [logit(operands), adam(operands)] : [])
  }

  private static func normalizationGradient(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features, frame) = (operands.kernels, operands.features, Frame(padding: 1))
    let arriving = operands.noise(frame.shape(around: features.shape), seed: 7)
    let affine = operands.affine(features.shape)
    /// The places within the padding that show a row or column of the image.
    func copies(_ coordinate: Int, _ extent: Int) -> [Int] {
      [coordinate + 1] + (coordinate == 1 ? [0] : [])
        + (coordinate == extent - 2 ? [extent + 1] : [])
    }
    return KernelTrial(
      name: "gradient of rectify, frame", shape: features.shape,
      work: .copying(2 * features.bytes + arriving.bytes)
    ) {
      .tensor(
        kernels.applyGradient(
          arriving.tensor, affine: affine, input: features.tensor, activation: .rectified,
          frame: frame
        ).gradient)
    } expected: {
      let place = Place($0, in: features.shape)
      guard affine(features[place], place, channels: features.shape.channels) > 0 else { return 0 }
      return copies(place.y, features.shape.height).reduce(0) { sum, y in
        copies(place.x, features.shape.width).reduce(sum) { sum, x in
          sum + arriving[Place(image: 0, y: y, x: x, channel: place.channel)]
        }
      }
    }
  }

  private static func combined(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features, others) = (operands.kernels, operands.features, operands.others)
    let affine = operands.affine(features.shape)
    let a = affine.scale.map { $0 / 2 }
    return inPlace(
      "gradient of normalize", others, work: .copying(2 * others.bytes + features.bytes)
    ) {
      kernels.combine(&$0, a: a, input: features.tensor, b: affine.scale, c: affine.shift)
    } expected: {
      let channel = $0 % features.shape.channels
      return a[channel] * others[$0] + affine.scale[channel] * features[$0]
        + affine.shift[channel]
    }
  }

  private static func interleaveGradient(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features, extent) = (operands.kernels, operands.features, operands.extent)
    let groups: Shape = [1, extent / 2 + 1, extent / 2 + 1, 128]
    return KernelTrial(
      name: "gradient of interleave", shape: features.shape,
      work: .copying(features.bytes + groups.count * operands.type.size)
    ) {
      .tensor(kernels.interleaveGradient(features.tensor))
    } expected: {
      let place = Place($0, in: groups)
      let group = place.channel / 32
      let (y, x) = (2 * place.y - group / 2, 2 * place.x - group % 2)
      guard (0..<extent).contains(y), (0..<extent).contains(x) else { return 0 }
      return features[Place(image: 0, y: y, x: x, channel: place.channel % 32)]
    }
  }

  private static func addedToInterior(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features) = (operands.kernels, operands.features)
    let padded = operands.noise(Frame(padding: 1).shape(around: features.shape), seed: 8)
    return inPlace("add to interior", padded, work: .copying(3 * features.bytes)) {
      kernels.addToInterior(of: &$0, features.tensor, padding: 1)
    } expected: {
      var place = Place($0, in: padded.shape)
      place.y -= 1
      place.x -= 1
      let isInside =
        (0..<features.shape.height).contains(place.y)
        && (0..<features.shape.width).contains(place.x)
      return padded[$0] + (isInside ? features[place] : 0)
    }
  }

  private static func added(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features, others) = (operands.kernels, operands.features, operands.others)
    return inPlace("add", others, work: .copying(3 * features.bytes)) {
      kernels.add(features.tensor, to: &$0)
    } expected: {
      others[$0] + features[$0]
    }
  }

  private static func logit(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, photo, margin) = (operands.kernels, operands.photo, Float(1) / 510)
    return KernelTrial(name: "logit", shape: photo.shape, work: .copying(2 * photo.bytes)) {
      .tensor(kernels.logit(photo.tensor, margin: margin))
    } expected: {
      let share = min(1 - margin, max(margin, photo[$0]))
      return log(share / (1 - share))
    }
  }

  private static func adam(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, gradients) = (operands.kernels, operands.others)
    let step = TensorKernels.AdamStep(number: 1, learningRate: 0.125)
    var (first, second) = (Tensor(zeros: gradients.shape), Tensor(zeros: gradients.shape))
    return inPlace("Adam", operands.features, work: .copying(7 * gradients.bytes)) {
      kernels.adam(
        &$0, firstMoments: &first, secondMoments: &second, gradients: gradients.tensor, step: step)
    } expected: {
      let gradient = gradients[$0]
      let mean = (1 - step.beta1) * gradient
      let square = (1 - step.beta2) * gradient * gradient
      return operands.features[$0] - step.rate * mean / (square.squareRoot() + step.epsilon)
    }
  }
}
