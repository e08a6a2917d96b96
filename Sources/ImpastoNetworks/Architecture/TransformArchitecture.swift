package import ImpastoCompute
package import ImpastoTensors

/// The description of a transformation network: its layers, and the range of its input and output.
///
/// ```swift
/// let architecture = TransformArchitecture(widths: [16, 32, 64], residualBlocks: 3)
/// let network = TransformNetwork(architecture: architecture, seed: 1)
/// print(architecture.layers.count, architecture.styleLength)
/// ```
///
/// Every layer reads what the layer before it gives, the first one the photo; some add what an
/// earlier layer has given. The layers of every value of this type fit together.
public struct TransformArchitecture: Hashable, Sendable {
  /// The conversion of a photo's levels to the first layer's input: (level − mean)/divisor for red,
  /// green and blue.
  public struct InputRange: Hashable, Sendable {
    /// The values subtracted from each channel's levels, 0…255.
    public var mean: [Float]
    /// The divisor of each channel.
    public var divisor: [Float]

    /// Creates a range for red, green and blue.
    public init(mean: [Float], divisor: [Float]) { (self.mean, self.divisor) = (mean, divisor) }

    /// (level − 128)/128: in bf16 every level is exact.
    public static let centered = InputRange(
      mean: [128, 128, 128], divisor: [128, 128, 128])
    /// 0…1.
    public static let unit = InputRange(mean: [0, 0, 0], divisor: [255, 255, 255])
    /// The levels themselves, 0…255.
    public static let levels = InputRange(mean: [0, 0, 0], divisor: [1, 1, 1])
  }

  /// The conversion of the last layer's output to levels of a picture: value·scale + mean, clamped
  /// to 0…255.
  public struct OutputRange: Hashable, Sendable {
    /// The factor of all values.
    public var scale: Float
    /// The values added for red, green and blue.
    public var mean: [Float]

    /// Creates a range.
    public init(scale: Float, mean: [Float] = [0, 0, 0]) { (self.scale, self.mean) = (scale, mean) }

    /// 0…1.
    public static let unit = OutputRange(scale: 255)
    /// The levels themselves, 0…255.
    public static let levels = OutputRange(scale: 1)

    /// From values to pixels of 0…1.
    package var affine: ChannelAffine {
      ChannelAffine(
        scale: [Float](repeating: scale / 255, count: 3), shift: mean.map { $0 / 255 })
    }
  }

  /// The layers in the order in which they run.
  public let layers: [Layer]
  /// The range of the input.
  public let input: InputRange
  /// The range of the output.
  public let output: OutputRange
  /// The factor by which the picture is larger than the photo: 1, or 2 or 4 of a network that enlarges.
  ///
  /// What such a network gives is added to the photo, each of whose pixels is repeated as a square.
  public let magnification: Int
  /// The minimum height and width of a photo; the padding of smaller ones cannot be made.
  public let minimumExtent: Int

  /// The minimum height and width of a photo for every network that does not enlarge.
  public static let minimumExtent = 16

  /// Creates an architecture of layers that fit together.
  ///
  /// - Throws: ``ArchitectureFault``, naming the first layer that does not.
  public init(
    layers: [Layer], input: InputRange = .centered, output: OutputRange = .unit,
    magnification: Int = 1
  ) throws(ArchitectureFault) {
    (self.layers, self.input, self.output) = (layers, input, output)
    self.magnification = magnification
    minimumExtent = try Self.checkedMinimumExtent(layers, input, output, magnification)
  }

  /// Takes layers that are known to fit together, for photos from 16 pixels on, or of any size where
  /// they enlarge.
  init(
    fitting layers: [Layer], input: InputRange = .centered, output: OutputRange = .unit,
    magnification: Int = 1
  ) {
    (self.layers, self.input, self.output) = (layers, input, output)
    self.magnification = magnification
    minimumExtent = magnification > 1 ? 1 : Self.minimumExtent
  }

  /// The channels that conditional layers normalize: the length of a style's γ and of its β.
  public var styleLength: Int { layers.reduce(0) { $0 + $1.styledChannels } }

  /// A layer's channels among those of a style's γ and β; none where it is not conditional.
  package func channels(ofLayer layer: Int) -> Range<Int> {
    let start = layers[..<layer].reduce(0) { $0 + $1.styledChannels }
    return start..<start + layers[layer].styledChannels
  }

  /// The layers of the encoder: all up to the last that makes the image smaller.
  package var encoderCount: Int { (layers.lastIndex { $0.stride > 1 } ?? -1) + 1 }

  /// The number of channels of a style's γ and β that belong to the encoder, the first of all.
  package var encoderLength: Int {
    layers[..<encoderCount].reduce(0) { $0 + $1.styledChannels }
  }

  /// Indicates whether the last layer gives logits of the picture, by a style's γ and β: the row
  /// `photo` is then relative to the statistics of the photo's own logits.
  package var givesLogits: Bool {
    guard let last = layers.last, last.styledChannels > 0 else { return false }
    return last.activation == .sigmoid && output == .unit
  }

  /// The earlier layer whose output a layer adds.
  package func addend(ofLayer layer: Int) -> Int? {
    layers[layer].addend.flatMap { name in layers[..<layer].firstIndex { $0.name == name } }
  }

  /// The later layers that add a layer's output, −1 being the photo, in order.
  package func addendUses(ofLayer layer: Int) -> [Int] {
    guard layer >= 0 else { return [] }
    let name = layers[layer].name
    return layers.indices[(layer + 1)...].filter { layers[$0].addend == name }
  }

  /// The power of two by which each layer's image is smaller than the picture.
  package var reductions: [Int] {
    var reduction = magnification
    return layers.map { layer in
      reduction = reduction * layer.stride / layer.magnification
      return reduction
    }
  }

  /// The scalars of all layers' images for each pixel of the picture.
  package var scalarsPerPixel: Int {
    zip(layers, reductions).map { layer, reduction in
      max(1, layer.outputs / (reduction * reduction))
    }.reduce(0, +)
  }

  /// The height, or width, of each layer's image of a photo of `extent`.
  func extents(ofPhoto extent: Int) -> [Int] {
    var extent = extent
    return layers.map { layer in
      extent = layer.scaled(extent)
      return extent
    }
  }

  /// The shape of each layer's image of a photo, `[1, height, width, channels]`.
  package func shapes(width: Int, height: Int) -> [Shape] {
    zip(layers, zip(extents(ofPhoto: height), extents(ofPhoto: width))).map { layer, extents in
      [1, extents.0, extents.1, layer.outputs]
    }
  }
}
