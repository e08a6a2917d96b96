import ImpastoCompute
import ImpastoTensors

/// A tensor of noise in −1…1 that bf16 holds exactly.
struct Operand {
  let tensor: Tensor
  private let levels: [UInt8]

  init(_ shape: Shape, seed: UInt64, _ type: ScalarType, _ kernels: TensorKernels) {
    levels = Noise.levels(count: shape.count, seed: seed)
    tensor = kernels.tensor(
      fromLevels: levels, shape: shape, center: 128, scale: 1 / 128, type: type)
  }

  private init(_ tensor: Tensor, _ levels: [UInt8]) {
    self.tensor = tensor
    self.levels = levels
  }

  var shape: Shape { tensor.shape }

  /// The same numbers under another shape.
  func reshaped(to shape: Shape) -> Operand { Operand(tensor.reshaped(to: shape), levels) }

  subscript(place: Int) -> Float { (Float(levels[place]) - 128) / 128 }

  subscript(place: Place) -> Float { self[place.index(in: shape)] }
}

/// The place of one scalar in an NHWC tensor.
struct Place {
  var image, y, x, channel: Int

  init(image: Int, y: Int, x: Int, channel: Int) {
    (self.image, self.y, self.x, self.channel) = (image, y, x, channel)
  }

  /// The place of scalar number `index` of a tensor of `shape`.
  init(_ index: Int, in shape: Shape) {
    let (pixel, row) = (index / shape.channels, index / shape.channels / shape.width)
    self.init(
      image: row / shape.height, y: row % shape.height, x: pixel % shape.width,
      channel: index % shape.channels)
  }

  func index(in shape: Shape) -> Int {
    ((image * shape.height + y) * shape.width + x) * shape.channels + channel
  }
}

/// The operands that the trials of one type share.
struct KernelOperands {
  let kernels: TensorKernels
  let backend: OneDNNBackend
  let type: ScalarType
  /// Height and width of the picture, a multiple of 4.
  let extent: Int
  /// Features at full resolution, `[1, extent, extent, 32]`, twice.
  let features, others: Operand
  /// `[1, extent, extent, 3]`.
  let photo: Operand

  init(_ bench: Workbench, _ type: ScalarType) {
    kernels = bench.backend.kernels
    backend = bench.backend
    self.type = type
    extent = (bench.usualSizes.max() ?? 1024) / 4 * 4
    features = Operand([1, extent, extent, 32], seed: 1, type, kernels)
    others = Operand(features.shape, seed: 2, type, kernels)
    photo = Operand([1, extent, extent, 3], seed: 3, type, kernels)
  }

  /// Four images of a quarter of the resolution, as many numbers as `features`.
  var quarterShape: Shape { [4, extent / 4, extent / 4, 128] }

  func noise(_ shape: Shape, seed: UInt64) -> Operand { Operand(shape, seed: seed, type, kernels) }

  /// A scale and a shift for each image and channel of `shape`, neither of them trivial.
  func affine(_ shape: Shape) -> ChannelAffine {
    let numbers = (0..<shape.batch * shape.channels).map { Float($0 % 13) / 16 }
    return ChannelAffine(scale: numbers.map { 0.5 + $0 }, shift: numbers.map { 0.25 - $0 })
  }
}

extension ChannelAffine {
  /// scale·x + shift at `place` of a tensor of `channels` channels.
  func callAsFunction(_ x: Float, _ place: Place, channels: Int) -> Float {
    let index = place.image * channels + place.channel
    return scale[index] * x + shift[index]
  }
}
