import ImpastoCompute
public import ImpastoDifferentiation
public import ImpastoTensors

/// The loss network VGG-19, whose features tell how similar two pictures are.
///
/// ```swift
/// let lossNetwork = try VGG19()
/// let tape = Tape(backend: OneDNNBackend(threads: .available), isRecording: false)
/// let picture = tape.constant(Tensor(repeating: 0.5, shape: [1, 64, 64, 3]))
/// let features = lossNetwork.features(
///   [VGG19.Tap(1, 1), VGG19.Tap(4, 2)], of: picture, scalarType: .float32)
/// print(features[1].shape)  // [1, 8, 8, 512]
/// ```
///
/// Its weights are constants; gradients flow only to the picture.
///
/// Source: Simonyan, Zisserman 2015, configuration E.
public struct VGG19: Sendable {
  /// The output of one rectified convolution, such as `relu3_1`.
  public struct Tap: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The resolution: 1 (full) … 5 (a sixteenth).
    public let block: Int
    /// The convolution within the block, from 1.
    public let convolution: Int

    /// Creates a tap.
    ///
    /// - Precondition: the network has it.
    public init(_ block: Int, _ convolution: Int) {
      self.block = block
      self.convolution = convolution
      precondition(Self.all.contains(self), "VGG-19 has no relu\(block)_\(convolution)")
    }

    /// Finds the tap called `name`, such as `relu3_1`; nil where the network has none.
    public init?(named name: String) {
      guard let tap = Self.all.first(where: { $0.description == name }) else { return nil }
      self = tap
    }

    private init(unchecked block: Int, _ convolution: Int) {
      self.block = block
      self.convolution = convolution
    }

    /// The 16 taps, in the order in which they are computed.
    public static let all: [Tap] = [2, 2, 4, 4, 4].enumerated().flatMap { block, convolutions in
      (1...convolutions).map { Tap(unchecked: block + 1, $0) }
    }

    /// The number of channels.
    public var channels: Int { filterShape[0] }

    /// The number of scalars for each pixel of a picture, rounded up.
    package var scalarsPerPixel: Int { max(1, channels >> (2 * (block - 1))) }

    /// The distance along an axis of the pixels that it depends on from those that it stands for.
    package var reach: Int {
      Self.all.prefix { $0 <= self }.reduce(0) { $0 + 1 << ($1.block - 1) }
    }

    /// The taps whose names are like `name`.
    package static func nearest(to name: String) -> [Tap] {
      NearNames.nearest(to: name.lowercased(), in: all.map(\.description)).compactMap(
        Tap.init(named:))
    }

    /// The name of the convolution in files: `conv3_1`.
    var layerName: String { "conv\(block)_\(convolution)" }

    /// `[outputs, 3, 3, inputs]`.
    var filterShape: Shape {
      let widths = [64, 128, 256, 512, 512]
      let inputs =
        convolution > 1 ? widths[block - 1] : block > 1 ? widths[block - 2] : 3
      return [widths[block - 1], 3, 3, inputs]
    }

    public var description: String { "relu\(block)_\(convolution)" }

    public static func < (a: Tap, b: Tap) -> Bool {
      (a.block, a.convolution) < (b.block, b.convolution)
    }
  }

  /// The pooling of each 2×2 block of pixels between two blocks of convolutions.
  public enum Pooling: String, Codable, Sendable, CaseIterable {
    /// The largest, as the weights were trained.
    case max
    /// The mean, which Gatys, Ecker and Bethge found to give smoother pictures.
    case average
  }

  /// The padding of the convolutions.
  public enum Padding: String, Codable, Sendable {
    /// Zeros, as the weights were trained.
    ///
    /// In pictures far from zero, such as dark ones, every border then looks like an edge.
    case zeros
    /// Reflection: the features inside in reverse order, so that a border does not look like an
    /// edge.
    case mirrored
  }

  struct Layer: Sendable {
    let filter: ConvolutionFilter
    /// f32 `[outputs]`.
    let bias: Tensor
  }

  /// One per tap of `Tap.all`.
  let layers: [Layer]
  /// From RGB in 0…1, channels reversed, to what the weights were trained on.
  let inputAffine: ChannelAffine

  /// The minimum height and width of a picture: all features then have two pixels, which reflection
  /// padding needs.
  public static let minimumExtent = 32
  /// About how many scalars there are at once for each pixel of a picture: features kept until its
  /// gradient is known, and what is made meanwhile.
  public static let scalarsPerPixel = 850
  /// The same where no gradient is wanted and features are dropped as soon as the next are known.
  public static let scalarsPerPixelWithoutGradient = 350
  /// About how many bytes the weights take, as they are and as convolutions want them.
  public static let weightBytes = 320_000_000

  /// The features of a picture.
  ///
  /// - Parameters:
  ///   - taps: The taps that are wanted; nothing beyond the deepest is computed.
  ///   - picture: f32 RGB in 0…1, `[batch, height, width, 3]`, large enough to be halved once for
  ///     each block before the deepest tap's.
  ///   - pooling: The pooling of each 2×2 block.
  ///   - padding: The padding; if mirrored, no side of a feature may be of one pixel.
  ///   - scalarType: The type of the features.
  /// - Returns: In the order of `taps`, for a tap of block b
  ///   `[batch, height/2ᵇ⁻¹, width/2ᵇ⁻¹, channels]`.
  public func features(
    _ taps: [Tap], of picture: Variable, pooling: Pooling = .max, padding: Padding = .zeros,
    scalarType: ScalarType
  ) -> [Variable] {
    var found: [Tap: Variable] = [:]
    var image = picture.channelsReversed(inputAffine, outputType: scalarType)
    guard let deepest = taps.max() else { return [] }
    for (tap, layer) in zip(Tap.all, layers) where tap <= deepest {
      if tap.convolution == 1, tap.block > 1 {
        image = pooling == .max ? image.maxPooled() : image.averagePooled()
      }
      if padding == .mirrored { image = image.padded(Frame(padding: 1)) }
      image = image.convolved(
        with: FilterVariable(layer.filter, isTrainable: false, on: picture.tape),
        bias: layer.bias, rectified: true,
        step: ConvolutionStep(zeroPadding: padding == .zeros ? 1 : 0))
      if taps.contains(tap) { found[tap] = image }
    }
    return taps.compactMap { found[$0] }
  }
}
