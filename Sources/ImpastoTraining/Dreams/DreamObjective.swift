import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors

/// The responses of layers and channels to a picture, and its likeness to a guide.
public struct DreamResponses: Codable, Hashable, Sendable {
  /// The weighted mean, relative to the photo's own.
  public var total: Float
  /// That of each target, by its name, such as `relu4_1:37`.
  public var targets: [String: Float]
}

/// The objective of a dream: the squares of the responses of layers, or their products with a guide,
/// negated, as objectives are lowered.
struct DreamObjective: PictureObjective {
  let network: VGG19
  let backend: any ComputeBackend
  let scalarType: ScalarType
  let settings: DreamSettings
  /// The features of a guide at each target's layer, `[1, pixels, channels]`; nil without a guide.
  let guides: [Tensor]?
  /// The factors that make the response of each target to the photo 1.
  private(set) var factors: [Double]

  /// - Parameters:
  ///   - pixels: The picture whose responses are taken as 1, f32 `[1, height, width, 3]`.
  ///   - tiles: The squares in which it is seen.
  init(
    network: VGG19, backend: any ComputeBackend, scalarType: ScalarType, settings: DreamSettings,
    guide: Image?, pixels: Tensor, tiles: DreamTiles
  ) throws(TrainingError) {
    (self.network, self.backend, self.scalarType) = (network, backend, scalarType)
    self.settings = settings
    factors = settings.targets.map { _ in 1 }
    guides = guide.map { Self.features(of: $0, network, backend, scalarType, settings) }
    var sums = factors.map { _ in 0.0 }
    for tile in tiles.tiles {
      let picture = Tape(backend: backend, isRecording: false)
        .constant(backend.kernels.crop(pixels, to: tile.seen))
      let parts = responses(to: picture, window: tile.core.seen(from: tile.seen))
      sums = zip(sums, parts).map { $0 + Double($1.value.scalars[0]) }
    }
    guard sums.allSatisfy(\.isFinite) else { throw .pixelsDiverged(iteration: 0) }
    // By the pixel, so that it is the same at every size.
    let area = Double(pixels.shape.height * pixels.shape.width)
    factors = sums.map { area / max($0, 1e-6 * area) }
  }

  func measure(_ picture: Variable) -> (value: Variable, losses: DreamResponses) {
    let window = CropWindow(
      images: 0..<1, rows: 0..<picture.shape.height, columns: 0..<picture.shape.width)
    return measure(picture, window: window, pixels: window.rows.count * window.columns.count)
  }

  /// Measures what lies in a part of a picture.
  ///
  /// - Parameters:
  ///   - window: The part, whose edges are those of the picture or lie at multiples of 16 pixels.
  ///   - pixels: Those of the whole, of which the picture may be a part itself.
  func measure(
    _ picture: Variable, window: CropWindow, pixels: Int
  ) -> (value: Variable, losses: DreamResponses) {
    let responses = responses(to: picture, window: window)
    let scales = factors.map { Float($0 / Double(pixels)) }
    let sum = settings.targets.reduce(0) { $0 + Double($1.weight) }
    let shares = settings.targets.map { Float(Double($0.weight) / sum) }
    let value = Variable.weightedSum(
      zip(responses, zip(shares, scales)).map { ($0, weights: [-$1.0 * $1.1]) }, on: picture.tape)
    var parts: [String: Float] = [:]
    for (target, (response, scale)) in zip(settings.targets, zip(responses, scales)) {
      parts[target.name, default: 0] += response.value.scalars[0] * scale
    }
    return (value, DreamResponses(total: -value.value.scalars[0], targets: parts))
  }

  /// The response of each target to a part of a picture.
  private func responses(to picture: Variable, window: CropWindow) -> [Variable] {
    let features = network.features(
      settings.targets.map(\.tap), of: picture, pooling: settings.pooling, padding: .mirrored,
      scalarType: scalarType)
    return settings.targets.indices.map { index in
      let (target, feature) = (settings.targets[index], features[index])
      let part = feature.cropped(to: window.halved(target.tap.block - 1, feature.shape))
      // Each pixel of a layer stands for many of the picture.
      let area = Float(1 << (2 * (target.tap.block - 1)))
      let response =
        guides.map { part.guided(by: $0[index]) }
        ?? part.squares(weights: target.channelWeights)
      return Variable.weightedSum([(response, weights: [area])], on: picture.tape)
    }
  }

  private static func features(
    of guide: Image, _ network: VGG19, _ backend: any ComputeBackend, _ scalarType: ScalarType,
    _ settings: DreamSettings
  ) -> [Tensor] {
    settings.targets.map { target in
      // Some hundred pixels of a layer are choice enough.
      let picture = guide.scaled(longerSide: 28 << (target.tap.block - 1))
      let side = VGG19.minimumExtent
      let large = picture.resized(
        width: max(side, picture.width), height: max(side, picture.height))
      let tape = Tape(backend: backend, isRecording: false)
      let feature = network.features(
        [target.tap], of: tape.constant(large.tensor(backend.kernels)), pooling: settings.pooling,
        padding: .mirrored, scalarType: scalarType)[0].value
      return feature.reshaped(
        to: [1, feature.shape.height * feature.shape.width, feature.shape.channels])
    }
  }
}

extension CropWindow {
  /// The same part at a layer of `shape` that lies `halvings` poolings deep.
  fileprivate func halved(_ halvings: Int, _ shape: Shape) -> CropWindow {
    // An odd last row or column that pooling drops belongs to no part.
    CropWindow(
      images: images,
      rows: rows.lowerBound >> halvings..<min(rows.upperBound >> halvings, shape.height),
      columns: columns.lowerBound >> halvings..<min(columns.upperBound >> halvings, shape.width))
  }
}

extension DreamSettings.Target {
  /// The name, such as `relu4_1` or `relu4_1:37`.
  package var name: String {
    guard let channels else { return "\(tap)" }
    return "\(tap):\(channels.map(String.init).joined(separator: "+"))"
  }

  /// 1 for each channel that is raised.
  var channelWeights: [Float] {
    guard let channels else { return [Float](repeating: 1, count: tap.channels) }
    var weights = [Float](repeating: 0, count: tap.channels)
    for channel in channels { weights[channel] = 1 }
    return weights
  }
}
