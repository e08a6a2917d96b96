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
    /// The name in files and messages, such as `residual.3.1`.
    public let name: String
    /// The height and width of its filters.
    public let kernel: Int
    /// The channels that it reads.
    public let inputs: Int
    /// The channels that it writes.
    public let outputs: Int

    /// Whether it reads an upsampled image, so that its weights are summed before they are used.
    var readsUpsampled: Bool { name == "decoder.1" || name == "decoder.2" }
  }

  /// The layers in the order in which they run.
  public var layers: [Layer] {
    let (full, half, quarter) = (widths[0], widths[1], widths[2])
    let residuals = (1...residualBlocks).flatMap { block in
      (1...2).map {
        Layer(name: "residual.\(block).\($0)", kernel: 3, inputs: quarter, outputs: quarter)
      }
    }
    return [
      Layer(name: "encoder.1", kernel: 9, inputs: 3, outputs: full),
      Layer(name: "encoder.2", kernel: 3, inputs: full, outputs: half),
      Layer(name: "encoder.3", kernel: 3, inputs: half, outputs: quarter),
    ] + residuals + [
      Layer(name: "decoder.1", kernel: 3, inputs: quarter, outputs: half),
      Layer(name: "decoder.2", kernel: 3, inputs: half, outputs: full),
      Layer(name: "decoder.3", kernel: 9, inputs: full, outputs: 3),
    ]
  }

  /// The normalized channels of all layers: the length of a style's γ and of its β.
  public var styleLength: Int { layers.reduce(0) { $0 + $1.outputs } }

  /// The scalars that are alive at once per pixel of a photo, at the layer where they are most.
  ///
  /// Counted at the last upsampling, with its input, its four groups and its output, and a twelfth
  /// more for the residual blocks; then for pixels, logits and the picture.
  public var scalarsPerPixel: Int { 3 * widths[0] + 3 * widths[1] / 4 + widths[2] / 4 + 24 }

  /// The least height and width of a photo: all borders can still be mirrored.
  public static let leastExtent = 16
}
