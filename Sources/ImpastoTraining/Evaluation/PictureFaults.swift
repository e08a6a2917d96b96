/// Artefacts of stylised pictures, each as a number with a limit.
///
/// Photos and paintings stay below the limits; an artefact above its limit is visible.
public struct PictureFaults: Sendable, Hashable {
  /// A kind of artefact.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// Lines along a side of the picture.
    case frame
    /// A pattern that repeats every 2 pixels.
    case grid2
    /// A pattern that repeats every 4 pixels.
    case grid4
    /// Spots in areas of one grey.
    case blobs
    /// Pixels clipped at black or white.
    case clipping
  }

  /// The ratio of the squared steps between rows (or columns) within 4 pixels of a side to those
  /// far from it, each row averaged along the side first: the median over pictures, of the
  /// worst side.
  public let frame: Float
  /// The power of rows and columns at a period of 2 pixels against that of neighbouring
  /// frequencies.
  public let grid2: Float
  /// The same at a period of 4 pixels.
  public let grid4: Float
  /// ``FlatField/unevenness(of:)``.
  public let blobs: Float
  /// The share of pixels of which a channel is 0 or 255.
  public let clipping: Float

  /// The limit above which the artefact is visible.
  public static func limit(of kind: Kind) -> Float {
    switch kind {
    case .frame, .grid2, .grid4: 2
    case .blobs: 10
    case .clipping: 0.1
    }
  }

  /// The number of an artefact.
  public subscript(kind: Kind) -> Float {
    switch kind {
    case .frame: frame
    case .grid2: grid2
    case .grid4: grid4
    case .blobs: blobs
    case .clipping: clipping
    }
  }

  /// The artefacts whose numbers exceed their limits.
  public var flagged: [Kind] { Kind.allCases.filter { self[$0] > Self.limit(of: $0) } }

  /// Sums up what was measured on each picture and on grey photos.
  ///
  /// - Returns: Nothing of no picture.
  public init?(_ pictures: [PictureMeasures], blobs: Float) {
    guard !pictures.isEmpty else { return nil }
    frame =
      (0..<4).map { side in
        let ratios = pictures.map { $0.borders[side] }.sorted()
        let middle = ratios.count / 2
        return ratios.count % 2 == 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2
      }.max() ?? 0
    func grid(_ power: (PictureMeasures) -> PictureMeasures.Power) -> Float {
      let powers = pictures.map(power)
      return powers.map(\.peak).reduce(0, +) / max(powers.map(\.around).reduce(0, +), 1e-6)
    }
    grid2 = grid(\.period2)
    grid4 = grid(\.period4)
    self.blobs = blobs
    clipping = pictures.map(\.clipped).reduce(0, +) / Float(pictures.count)
  }
}

extension PictureFaults: Encodable {
  private enum CodingKeys: String, CodingKey {
    case frame, grid2, grid4, blobs, clipping, flagged
  }

  /// Writes the numbers, and the names of those that exceed their limits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(frame, forKey: .frame)
    try container.encode(grid2, forKey: .grid2)
    try container.encode(grid4, forKey: .grid4)
    try container.encode(blobs, forKey: .blobs)
    try container.encode(clipping, forKey: .clipping)
    try container.encode(flagged, forKey: .flagged)
  }
}
