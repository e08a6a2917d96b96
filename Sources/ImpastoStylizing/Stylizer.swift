public import ImpastoCompute
import ImpastoDifferentiation
public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors

/// Applies the styles of one model to photos.
public struct Stylizer: Sendable {
  /// The network and styles.
  public let model: StyleModel
  /// Who computes.
  public let backend: any ComputeBackend
  /// The type of the activations.
  public let scalarType: ScalarType

  /// Creates a stylizer.
  ///
  /// - Precondition: `backend` supports `scalarType`.
  public init(model: StyleModel, backend: any ComputeBackend, scalarType: ScalarType) {
    precondition(
      backend.supports(scalarType), "\(backend.name) has no \(scalarType.rawValue) here")
    self.model = model
    self.backend = backend
    self.scalarType = scalarType
  }

  /// The sizes of strokes that a photo can be painted with, as multiples of the network's own.
  public static let strokeSizes: ClosedRange<Double> = 0.25...4

  /// Stylises a photo of any size from 16×16.
  ///
  /// - Parameters:
  ///   - photo: The content image.
  ///   - mixture: Of the styles, for all that is in no region.
  ///   - regions: Parts with mixtures of their own; they may overlap. Each looks as if the whole
  ///     photo were painted so, and costs as much.
  ///   - strokeSize: Within ``strokeSizes``. Other than 1, the network sees the photo scaled by
  ///     1/strokeSize, and its picture is scaled back. Large strokes are then painted once more at
  ///     full size, for detail finer than they are.
  /// - Returns: A picture of the photo's size.
  /// - Throws: ``StylizingError/tooSmall(width:height:)``,
  ///   ``StylizingError/strokesTooLarge(width:height:strokeSize:)``, ``StylizingError/model(_:)``
  ///   for a style that the model lacks, ``StylizingError/notFinite(_:)``.
  /// - Complexity: For the published network about 220,000 operations and 200 scalars a pixel.
  public func stylize(
    _ photo: Image, with mixture: StyleMixture, regions: [StyleRegion] = [],
    strokeSize: Double = 1
  ) throws(StylizingError) -> Image {
    precondition(Self.strokeSizes.contains(strokeSize), "a stroke size of \(strokeSize)")
    let (width, height) = (photo.width, photo.height)
    let least = TransformArchitecture.leastExtent
    guard width >= least, height >= least else { throw .tooSmall(width: width, height: height) }
    let working = Self.workingSize(of: photo, strokeSize: strokeSize)
    guard working.width >= least, working.height >= least else {
      throw .strokesTooLarge(width: width, height: height, strokeSize: strokeSize)
    }
    let small = photo.resized(width: working.width, height: working.height)
    let coarse = try painted(small, mixture, regions).resized(width: width, height: height)
    guard strokeSize > 1 else { return coarse }
    // Strokes hardly enlarged are hardly blurred.
    return coarse.withDetail(
      of: try painted(coarse, mixture, regions), radius: Int(strokeSize.rounded()),
      share: Float(min(1, 2 * (strokeSize - 1))))
  }

  /// The size that a photo is first painted at.
  package static func workingSize(
    of photo: Image, strokeSize: Double
  ) -> (width: Int, height: Int) {
    func scaled(_ side: Int) -> Int { max(1, Int((Double(side) / strokeSize).rounded())) }
    return (scaled(photo.width), scaled(photo.height))
  }

  /// A photo once through the network.
  private func painted(
    _ photo: Image, _ mixture: StyleMixture, _ regions: [StyleRegion]
  ) throws(StylizingError) -> Image {
    let tape = Tape(backend: backend, isRecording: false)
    let batch = PhotoBatch(
      levels: photo.pixels, shape: [1, photo.height, photo.width, 3], scalarType: scalarType,
      kernels: backend.kernels)
    let input = tape.constant(batch.input)
    let mixtures = [mixture] + regions.map(\.mixture)
    let statistics = mixtures.contains(where: \.hasPhoto) ? batch.statistics : nil
    var rows: [StyleRows] = []
    for mixture in mixtures { rows.append(try self.rows(of: mixture, statistics, on: tape)) }
    let filters = model.network.filters(on: tape, areTrainable: false)
    let pixels =
      if regions.isEmpty {
        model.network.stylized(input, rows: rows[0], filters: filters).value
      } else {
        model.network.stylized(
          input, rows: rows,
          places: MixtureMap(regions: regions, width: photo.width, height: photo.height),
          filters: filters
        ).value
      }

    let (levels, nonfinite) = backend.kernels.levels(pixels)
    guard nonfinite == 0 else { throw .notFinite(mixtures) }
    return Image(width: pixels.shape.width, height: pixels.shape.height, pixels: levels)
      .cropped(x: 0, y: 0, width: photo.width, height: photo.height)
  }

  private func rows(
    of mixture: StyleMixture, _ statistics: PhotoStatistics?, on tape: Tape
  ) throws(StylizingError) -> StyleRows {
    let weights: [Float]
    do { weights = try model.weights(of: mixture) } catch { throw .model(error) }
    return model.bank.rows(
      weights: [weights], statistics: statistics, scale: tape.constant(model.bank.scale),
      shift: tape.constant(model.bank.shift))
  }
}
