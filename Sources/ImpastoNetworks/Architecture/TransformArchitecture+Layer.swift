public import ImpastoCompute
public import ImpastoTensors

extension TransformArchitecture {
  /// One convolution and all that follows it until the next.
  ///
  /// In this order: the image is framed by `padding`, blurred or doubled, convolved, rearranged;
  /// then normalized or given a bias, activated, and the output of `addend` is added.
  public struct Layer: Hashable, Sendable {
    /// The change of the image's extents.
    public enum Scaling: Hashable, Sendable {
      case kept
      /// Halved: the filter moves by two pixels. Blurred, it reads the image, framed one pixel
      /// wider, after [1 2 1]/4 along both axes, which avoids aliasing of fine patterns.
      case halved(blurred: Bool = false)
      /// Doubled before it is convolved.
      case doubled(Doubling)
      /// Grown by a factor of 2 or 4: each pixel's channels become a square of pixels.
      case rearranged(by: Int)
    }

    /// The normalization after the convolution.
    public enum Normalization: Hashable, Sendable {
      /// Over each image's pixels, with the γ and β of the styles and this ε.
      case conditional(epsilon: Float = ChannelStatistics.epsilon)
      /// Over each image's pixels, with a γ and β that are the network's own.
      case fixed(epsilon: Float = ChannelStatistics.epsilon)
      /// None; a bias for each of the filter's outputs, or nothing.
      case none(hasBias: Bool)
    }

    /// The name in files and messages, such as `residual.3.1`.
    public var name: String
    /// The height and width of its filters.
    public var kernel: Int
    /// The channels that it reads.
    public var inputs: Int
    /// The channels that it gives.
    public var outputs: Int
    /// The change of the image's extents.
    public var scaling: Scaling
    /// The border that its convolution reads around the image, doubled if it is.
    public var padding: Frame
    /// The normalization after its convolution.
    public var normalization: Normalization
    /// The activation after its normalization.
    public var activation: Activation
    /// The name of the earlier layer whose output is added after the activation.
    public var addend: String?

    /// Creates a layer.
    ///
    /// - Parameters:
    ///   - padding: Without one, as much is mirrored as keeps the image's extents.
    public init(
      name: String, kernel: Int, inputs: Int, outputs: Int, scaling: Scaling = .kept,
      padding: Frame? = nil, normalization: Normalization = .conditional(),
      activation: Activation = .rectified, addend: String? = nil
    ) {
      (self.name, self.kernel, self.inputs, self.outputs) = (name, kernel, inputs, outputs)
      (self.scaling, self.normalization, self.activation) = (scaling, normalization, activation)
      self.padding = padding ?? Frame(padding: (kernel - 1) / 2)
      self.addend = addend
    }
  }
}

extension TransformArchitecture.Layer {
  /// `[outputs, height, width, inputs]`, of as many outputs as are rearranged.
  public var filterShape: Shape { [filterOutputs, kernel, kernel, inputs] }

  /// The channels that its filters give before they are rearranged.
  public var filterOutputs: Int {
    if case .rearranged(let factor) = scaling { factor * factor * outputs } else { outputs }
  }

  /// The channels that it normalizes with a style's γ and β.
  package var styledChannels: Int {
    if case .conditional = normalization { outputs } else { 0 }
  }

  /// Indicates whether it normalizes by statistics of its image.
  package var isNormalized: Bool {
    if case .none = normalization { false } else { true }
  }

  /// Indicates whether it has a bias for each of the channels that are then rearranged.
  package var biasesBeforeRearranging: Bool {
    if case .rearranged = scaling { normalization == .none(hasBias: true) } else { false }
  }

  /// The stride of the filter in pixels.
  package var stride: Int {
    if case .halved = scaling { 2 } else { 1 }
  }

  /// The factor by which it enlarges the image.
  package var magnification: Int {
    switch scaling {
    case .kept, .halved: 1
    case .doubled: 2
    case .rearranged(let factor): factor
    }
  }

  /// The step before its convolution that becomes part of the filter.
  package var merging: FilterMerging? {
    switch scaling {
    case .kept, .halved(blurred: false), .rearranged: nil
    case .halved(blurred: true): .blur
    case .doubled(let doubling): .doubling(doubling)
    }
  }

  /// The border that the convolution with the merged filter reads.
  package var frame: Frame {
    switch scaling {
    case .kept, .halved(blurred: false), .rearranged: padding
    case .halved(blurred: true): Frame(padding: padding.padding + 1, border: padding.border)
    case .doubled:
      // What doubling leaves to see of a border of one pixel, mirrored or repeated, is the image's
      // outermost pixel.
      Frame(padding: 1, border: padding.border == .zeros ? .zeros : .repeated)
    }
  }

  /// The height and width of the merged filters.
  package var mergedKernel: Int {
    switch scaling {
    case .kept, .halved(blurred: false), .rearranged: kernel
    case .halved(blurred: true): kernel + 2
    case .doubled(.bilinear): 3
    case .doubled: 2
    }
  }

  /// The weights that one output sums up over one input channel.
  package var taps: Int { mergedKernel * mergedKernel }

  /// The height, or width, of the output for an input of `extent`.
  package func scaled(_ extent: Int) -> Int {
    if case .doubled = scaling { return 2 * extent }
    return magnification * ((extent + 2 * padding.padding - kernel) / stride + 1)
  }
}
