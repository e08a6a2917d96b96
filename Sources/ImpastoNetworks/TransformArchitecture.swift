public import ImpastoCompute
package import ImpastoTensors

/// The widths and depth of a transformation network.
public struct TransformArchitecture: Codable, Hashable, Sendable {
  /// The channels at full, half and quarter resolution.
  public var widths: [Int]
  /// The residual blocks at quarter resolution.
  public var residualBlocks: Int

  /// Creates an architecture.
  ///
  /// - Precondition: three positive widths, one block or more.
  public init(widths: [Int] = [32, 64, 128], residualBlocks: Int = 5) {
    self.widths = widths
    self.residualBlocks = residualBlocks
    precondition(isValid, "widths \(widths) and \(residualBlocks) blocks")
  }

  /// The network of Dumoulin, Shlens and Kudlur 2017, table 4: 1.67 million weights.
  public static let published = TransformArchitecture()

  /// Whether a network can be built so: files may say anything.
  var isValid: Bool {
    widths.count == 3 && widths.allSatisfy { (1...4096).contains($0) }
      && (1...256).contains(residualBlocks)
  }

  /// One convolution and the normalization after it.
  public struct Layer: Hashable, Sendable {
    /// What becomes of the image's extents.
    public enum Scaling: Hashable, Sendable {
      case kept
      /// Halved, rounded up: the filter moves by two pixels.
      case halved
      /// Doubled: the filter reads the image with every pixel doubled along both axes.
      case doubled

      /// What `extent` becomes.
      package func scaled(_ extent: Int) -> Int {
        switch self {
        case .kept: extent
        case .halved: (extent + 1) / 2
        case .doubled: 2 * extent
        }
      }
    }

    /// A convolution's place in a residual block.
    public enum BlockPart: Hashable, Sendable {
      case first
      /// The block's input is added to what its normalization gives.
      case second
    }

    /// The name in files and messages, such as `residual.3.1`.
    public let name: String
    /// The height and width of its filters.
    public let kernel: Int
    /// The channels that it reads.
    public let inputs: Int
    /// The channels that it writes.
    public let outputs: Int
    /// What becomes of the image's extents.
    public var scaling = Scaling.kept
    /// Its place in a residual block, if in any.
    public var blockPart: BlockPart?
    /// What follows its normalization.
    public var activation = Activation.rectified

    /// The weights that one output sums up over one input channel.
    ///
    /// A doubled image is convolved by four filters of 2×2 on the smaller grid.
    package var taps: Int { scaling == .doubled ? 4 : kernel * kernel }

    /// The border that its input needs.
    public var frame: Frame {
      scaling == .doubled ? Frame(padding: 1, border: .repeated) : Frame(padding: kernel / 2)
    }
  }

  /// The layers in the order in which they run.
  public var layers: [Layer] {
    let (full, half, quarter) = (widths[0], widths[1], widths[2])
    let residuals = (1...residualBlocks).flatMap { block in
      [
        Layer(
          name: "residual.\(block).1", kernel: 3, inputs: quarter, outputs: quarter,
          blockPart: .first),
        Layer(
          name: "residual.\(block).2", kernel: 3, inputs: quarter, outputs: quarter,
          blockPart: .second, activation: .linear),
      ]
    }
    return [
      Layer(name: "encoder.1", kernel: 9, inputs: 3, outputs: full),
      Layer(name: "encoder.2", kernel: 3, inputs: full, outputs: half, scaling: .halved),
      Layer(name: "encoder.3", kernel: 3, inputs: half, outputs: quarter, scaling: .halved),
    ] + residuals + [
      Layer(name: "decoder.1", kernel: 3, inputs: quarter, outputs: half, scaling: .doubled),
      Layer(name: "decoder.2", kernel: 3, inputs: half, outputs: full, scaling: .doubled),
      Layer(name: "decoder.3", kernel: 9, inputs: full, outputs: 3, activation: .sigmoid),
    ]
  }

  /// The normalized channels of all layers: the length of a style's γ and of its β.
  public var styleLength: Int { layers.reduce(0) { $0 + $1.outputs } }

  /// The normalized channels of the encoder, the first of all.
  package var encoderLength: Int { widths.reduce(0, +) }

  /// The extents of each layer's image of a photo, `[1, height, width, channels]`.
  package func shapes(width: Int, height: Int) -> [Shape] {
    var (width, height) = (width, height)
    return layers.map { layer in
      (width, height) = (layer.scaling.scaled(width), layer.scaling.scaled(height))
      return [1, height, width, layer.outputs]
    }
  }

  /// A layer's channels among the normalized ones of all layers.
  package func channels(ofLayer layer: Int) -> Range<Int> {
    let start = layers[..<layer].reduce(0) { $0 + $1.outputs }
    return start..<start + layers[layer].outputs
  }

  /// The least height and width of a photo: all borders can still be mirrored.
  public static let leastExtent = 16
}
