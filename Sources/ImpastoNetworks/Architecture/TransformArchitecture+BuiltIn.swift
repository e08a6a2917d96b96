import ImpastoCompute

/// Networks that are known by name.
extension TransformArchitecture {
  /// The network of Dumoulin, Shlens and Kudlur 2017, table 4: 1.67 million weights.
  public static let published = TransformArchitecture(widths: [32, 64, 128], residualBlocks: 5)

  /// The published network with a blur before each stride and bilinear doubling: what it paints
  /// does not hang on a grid of pixels.
  ///
  /// Source: Zhang 2019 for the blur.
  public static let steady = TransformArchitecture(
    widths: [32, 64, 128], residualBlocks: 5, isSteady: true)

  /// A network for film and cameras: a fifteenth of the published one's operations, and steady.
  ///
  /// No layer but the last convolves many channels at full resolution, where narrow ones take their
  /// time to be moved.
  public static let live = TransformArchitecture(
    fitting: [
      encoder(1, kernel: 5, 3, 16, isSteady: true), encoder(2, 16, 32, isSteady: true),
    ] + residuals(4, width: 32, after: "encoder.2") + [
      decoder(1, 32, 16, isSteady: true), decoder(2, 16, 8, isSteady: true),
      Layer(name: "decoder.3", kernel: 5, inputs: 8, outputs: 3, activation: .sigmoid),
    ])

  /// The network that enlarges pictures fourfold: 89 thousand weights.
  ///
  /// Four residual blocks work at the photo's resolution, and the last layer's channels become squares
  /// of pixels.
  /// Nothing is normalized, so that a part of a picture does not depend on others far from it.
  /// Borders are repeated, so that photos may have any size.
  ///
  /// Source: the rearrangement from Shi et al. 2016, blocks without normalization from Lim et al. 2017.
  public static let enlarging = TransformArchitecture(
    fitting: [unnormalized("encoder.1", 3, enlargingWidth, activation: .linear)]
      + (1...4).flatMap { block in
        [
          unnormalized("residual.\(block).1", enlargingWidth, enlargingWidth),
          unnormalized(
            "residual.\(block).2", enlargingWidth, enlargingWidth, activation: .linear,
            addend: block == 1 ? "encoder.1" : "residual.\(block - 1).2"),
        ]
      } + [
        unnormalized(
          "decoder.1", enlargingWidth, 3, scaling: .rearranged(by: 4), activation: .linear)
      ], magnification: 4)

  private static let enlargingWidth = 32

  /// A layer with a bias in place of a normalization.
  private static func unnormalized(
    _ name: String, _ inputs: Int, _ outputs: Int, scaling: Layer.Scaling = .kept,
    activation: Activation = .rectified, addend: String? = nil
  ) -> Layer {
    Layer(
      name: name, kernel: 3, inputs: inputs, outputs: outputs, scaling: scaling,
      padding: Frame(padding: 1, border: .repeated), normalization: .none(hasBias: true),
      activation: activation, addend: addend)
  }

  /// The networks by the names by which users choose them.
  public static let named = [
    (name: "published", architecture: published), (name: "published-steady", architecture: steady),
    (name: "live", architecture: live),
  ]

  /// Creates the published network with other widths and depth.
  ///
  /// - Parameters:
  ///   - widths: The channels at full, half and quarter resolution.
  ///   - residualBlocks: Those at quarter resolution.
  /// - Precondition: three positive widths, one block or more.
  ///
  /// Source: Dumoulin, Shlens, Kudlur 2017, table 4 and their code.
  public init(widths: [Int] = [32, 64, 128], residualBlocks: Int = 5) {
    self.init(widths: widths, residualBlocks: residualBlocks, isSteady: false)
  }

  private init(widths: [Int], residualBlocks: Int, isSteady: Bool) {
    precondition(
      Self.areValid(widths: widths, residualBlocks: residualBlocks),
      "widths \(widths) and \(residualBlocks) blocks")
    let (full, half, quarter) = (widths[0], widths[1], widths[2])
    self.init(
      fitting: [
        Layer(name: "encoder.1", kernel: 9, inputs: 3, outputs: full),
        Self.encoder(2, full, half, isSteady: isSteady),
        Self.encoder(3, half, quarter, isSteady: isSteady),
      ] + Self.residuals(residualBlocks, width: quarter, after: "encoder.3") + [
        Self.decoder(1, quarter, half, isSteady: isSteady),
        Self.decoder(2, half, full, isSteady: isSteady),
        Layer(name: "decoder.3", kernel: 9, inputs: full, outputs: 3, activation: .sigmoid),
      ])
  }

  /// A layer that halves the image.
  private static func encoder(
    _ number: Int, kernel: Int = 3, _ inputs: Int, _ outputs: Int, isSteady: Bool
  ) -> Layer {
    Layer(
      name: "encoder.\(number)", kernel: kernel, inputs: inputs, outputs: outputs,
      scaling: .halved(blurred: isSteady))
  }

  /// A layer that doubles the image.
  private static func decoder(
    _ number: Int, _ inputs: Int, _ outputs: Int, isSteady: Bool
  ) -> Layer {
    Layer(
      name: "decoder.\(number)", kernel: 3, inputs: inputs, outputs: outputs,
      scaling: .doubled(isSteady ? .bilinear : .nearest),
      padding: Frame(padding: 1, border: isSteady ? .repeated : .mirrored))
  }

  /// The two layers of each residual block, of which the second adds the block's input.
  private static func residuals(_ count: Int, width: Int, after input: String) -> [Layer] {
    (1...count).flatMap { block in
      [
        Layer(name: "residual.\(block).1", kernel: 3, inputs: width, outputs: width),
        Layer(
          name: "residual.\(block).2", kernel: 3, inputs: width, outputs: width,
          activation: .linear, addend: block == 1 ? input : "residual.\(block - 1).2"),
      ]
    }
  }

  /// Returns whether a network can be built so: files may say anything.
  static func areValid(widths: [Int], residualBlocks: Int) -> Bool {
    widths.count == 3 && widths.allSatisfy { (1...4096).contains($0) }
      && (1...256).contains(residualBlocks)
  }
}
