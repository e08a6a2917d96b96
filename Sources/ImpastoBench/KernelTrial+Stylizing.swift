import Foundation
import ImpastoCompute
import ImpastoTensors

/// The loops of a stylisation, in the order in which it runs them.
extension KernelTrial {
  static func stylizing(_ operands: KernelOperands) -> [KernelTrial] {
    [
      fromLevels(operands), framed(operands), statistics(operands), rectified(operands),
      added(operands), interleaved(operands), sigmoid(operands),
    ] + (operands.type == .float32 ? [toLevels(operands)] : [])
  }

  private static func fromLevels(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, type, shape) = (operands.kernels, operands.type, operands.photo.shape)
    let levels = Noise.levels(count: shape.count, seed: 4)
    return KernelTrial(
      name: "levels to numbers", shape: shape, work: .copying(shape.count * (1 + type.size))
    ) {
      .tensor(
        kernels.tensor(fromLevels: levels, shape: shape, center: 128, scale: 1 / 128, type: type))
    } expected: {
      (Float(levels[$0]) - 128) / 128
    }
  }

  private static func framed(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, photo) = (operands.kernels, operands.photo)
    let frame = Frame(padding: 4)
    let identity = ChannelAffine(scale: [1, 1, 1], shift: [0, 0, 0])
    return KernelTrial(
      name: "frame", shape: photo.shape, work: .copying(photo.bytes + photo.bytes(in: frame))
    ) {
      .tensor(kernels.apply(identity, to: photo.tensor, frame: frame))
    } expected: {
      photo[Place($0, in: frame.shape(around: photo.shape)).mirrored(by: 4, into: photo.shape)]
    }
  }

  private static func statistics(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features) = (operands.kernels, operands.features)
    let channels = features.shape.channels
    let pixels = features.shape.count / channels
    func sum(_ channel: Int, _ term: (Double) -> Double) -> Double {
      (0..<pixels).reduce(0) { $0 + term(Double(features[$1 * channels + channel])) }
    }
    return KernelTrial(
      name: "statistics", shape: features.shape, work: .reading(features.bytes)
    ) {
      let statistics = kernels.channelStatistics(features.tensor)
      return .numbers(statistics.mean + statistics.variance)
    } expected: {
      let channel = $0 % channels
      let mean = sum(channel, \.self) / Double(pixels)
      guard $0 >= channels else { return Float(mean) }
      return Float(sum(channel) { ($0 - mean) * ($0 - mean) } / Double(pixels))
    }
  }

  private static func rectified(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, features) = (operands.kernels, operands.features)
    let frame = Frame(padding: 1)
    let affine = operands.affine(features.shape)
    return KernelTrial(
      name: "normalize, rectify, frame", shape: features.shape,
      work: .copying(features.bytes + features.bytes(in: frame))
    ) {
      .tensor(kernels.apply(affine, to: features.tensor, activation: .rectified, frame: frame))
    } expected: {
      let place = Place($0, in: frame.shape(around: features.shape))
        .mirrored(by: 1, into: features.shape)
      return max(0, affine(features[place], place, channels: features.shape.channels))
    }
  }

  private static func added(_ operands: KernelOperands) -> KernelTrial {
    let kernels = operands.kernels
    let features = operands.features.reshaped(to: operands.quarterShape)
    let frame = Frame(padding: 1)
    let residual = operands.noise(frame.shape(around: features.shape), seed: 5)
    let affine = operands.affine(features.shape)
    return KernelTrial(
      name: "normalize, add, frame", shape: features.shape,
      work: .copying(features.bytes + residual.bytes + features.bytes(in: frame))
    ) {
      .tensor(
        kernels.apply(
          affine, to: features.tensor, residual: residual.tensor, residualPadding: 1, frame: frame))
    } expected: {
      let place = Place($0, in: residual.shape).mirrored(by: 1, into: features.shape)
      var inFrame = place
      inFrame.y += 1
      inFrame.x += 1
      return affine(features[place], place, channels: features.shape.channels)
        + residual[inFrame]
    }
  }

  private static func interleaved(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, half) = (operands.kernels, operands.extent / 2)
    let groups = operands.noise([1, half + 1, half + 1, 128], seed: 6)
    let output = operands.features.shape
    return KernelTrial(
      name: "interleave", shape: groups.shape,
      work: .copying(groups.bytes + output.count * operands.type.size)
    ) {
      .tensor(kernels.interleave(groups.tensor))
    } expected: {
      let place = Place($0, in: output)
      let (a, b) = (place.y % 2, place.x % 2)
      return groups[
        Place(
          image: 0, y: place.y / 2 + a, x: place.x / 2 + b,
          channel: (2 * a + b) * output.channels + place.channel)]
    }
  }

  private static func sigmoid(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, photo) = (operands.kernels, operands.photo)
    let affine = operands.affine(photo.shape)
    return KernelTrial(
      name: "normalize, sigmoid", shape: photo.shape,
      work: .copying(photo.bytes + 4 * photo.shape.count)
    ) {
      .tensor(
        kernels.apply(affine, to: photo.tensor, activation: .sigmoid, outputType: .float32))
    } expected: {
      1 / (1 + exp(-affine(photo[$0], Place($0, in: photo.shape), channels: 3)))
    }
  }

  private static func toLevels(_ operands: KernelOperands) -> KernelTrial {
    let (kernels, photo) = (operands.kernels, operands.photo)
    return KernelTrial(
      name: "numbers to levels", shape: photo.shape, work: .copying(photo.bytes + photo.shape.count)
    ) {
      .levels(kernels.levels(photo.tensor).levels)
    } expected: {
      (255 * min(1, max(0, photo[$0]))).rounded()
    }
  }
}

extension Operand {
  var bytes: Int { tensor.byteCount }

  /// The bytes of a tensor of the same type that is this one within `frame`.
  func bytes(in frame: Frame) -> Int {
    frame.shape(around: shape).count * tensor.scalarType.size
  }
}

extension Place {
  /// The value at this place of an image of `shape` with reflection padding of `padding` pixels.
  fileprivate func mirrored(by padding: Int, into shape: Shape) -> Place {
    func inside(_ coordinate: Int, _ extent: Int) -> Int {
      let distance = abs(coordinate - padding)
      return distance < extent ? distance : 2 * (extent - 1) - distance
    }
    return Place(
      image: image, y: inside(y, shape.height), x: inside(x, shape.width), channel: channel)
  }
}
