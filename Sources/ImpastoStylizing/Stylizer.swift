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

  /// Stylises a photo of any size from 16×16.
  ///
  /// - Returns: A picture of the photo's size.
  /// - Throws: ``StylizingError/tooSmall(width:height:)``, ``StylizingError/model(_:)`` for a style
  ///   that the model lacks, ``StylizingError/notFinite(_:)``.
  /// - Complexity: For the published network about 220,000 operations and 200 scalars a pixel.
  public func stylize(
    _ photo: Image, with mixture: StyleMixture
  ) throws(StylizingError) -> Image {
    let least = TransformArchitecture.leastExtent
    guard photo.width >= least, photo.height >= least else {
      throw .tooSmall(width: photo.width, height: photo.height)
    }
    let weights: [Float]
    do { weights = try model.weights(of: mixture) } catch { throw .model(error) }

    let tape = Tape(backend: backend, isRecording: false)
    let batch = PhotoBatch(
      levels: photo.pixels, shape: [1, photo.height, photo.width, 3], scalarType: scalarType,
      kernels: backend.kernels)
    let rows = model.bank.rows(
      weights: [weights], statistics: mixture.hasPhoto ? batch.statistics : nil,
      scale: tape.constant(model.bank.scale),
      shift: tape.constant(model.bank.shift))
    let pixels = model.network.stylized(
      tape.constant(batch.input), rows: rows,
      filters: model.network.filters(on: tape, areTrainable: false)
    ).value

    let (levels, nonfinite) = backend.kernels.levels(pixels)
    guard nonfinite == 0 else { throw .notFinite(mixture) }
    return Image(width: pixels.shape.width, height: pixels.shape.height, pixels: levels)
      .cropped(x: 0, y: 0, width: photo.width, height: photo.height)
  }
}
