public import ImpastoCompute
import ImpastoDifferentiation
public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors

/// Measures pictures by the terms that networks are trained with, always at the same sizes and
/// weights, so that figures compare from run to run and from network to network.
///
/// ```swift
/// let evaluator = Evaluator(lossNetwork: try VGG19(), backend: backend, scalarType: .float32)
/// let photo = evaluator.square(of: try Image(contentsOf: "photo.jpg"))
/// let painting = evaluator.target(of: try Image(contentsOf: "Styles/great-wave.jpg"))
/// let picture = try stylizer.stylize(photo, with: StyleMixture("great-wave"))
/// let losses = evaluator.losses(of: [picture], photo: photo, targets: [painting])[0]
/// print("C \(losses.content), S \(losses.style), total \(losses.total)")
/// ```
///
/// - C = ‖F(x) − F(photo)‖² / ‖F(photo)‖² at relu4_2
/// - S = mean over relu1_1, relu2_1, relu3_1, relu4_1 of ‖G(x) − G(painting)‖² / ‖G(painting)‖²
///
/// Photos are the squares in the middle of files, scaled to ``photoSize``; paintings are scaled as
/// in training.
public struct Evaluator: Sendable {
  /// The height and width of the photos in pixels.
  public let photoSize: Int
  /// The shorter side of the paintings in pixels.
  public let styleSize: Int

  let loss: PerceptualLoss

  /// A painting that pictures are compared with, measured once.
  public struct Target: Sendable {
    let style: PerceptualLoss.StyleTarget
  }

  /// Creates an evaluator.
  ///
  /// - Parameters:
  ///   - photoSize: 256 for figures that compare with published ones.
  ///   - styleSize: 384 likewise.
  /// - Precondition: `backend` supports `scalarType`.
  public init(
    lossNetwork: VGG19, backend: any ComputeBackend, scalarType: ScalarType, photoSize: Int = 256,
    styleSize: Int = 384
  ) {
    self.photoSize = photoSize
    self.styleSize = styleSize
    loss = PerceptualLoss(
      network: lossNetwork, backend: backend, scalarType: scalarType,
      terms: PerceptualTerms(
        padding: .zeros, contentWeight: 1, styleWeight: RelativeLosses.styleWeight))
  }

  /// The square in the middle of a photo, of ``photoSize``² pixels.
  public func square(of photo: Image) -> Image {
    photo.centralSquare.resized(width: photoSize, height: photoSize)
  }

  /// Measures a painting of any size.
  public func target(of painting: Image) -> Target {
    Target(style: loss.target(of: painting.scaledForTarget(styleSize)))
  }

  /// Compares pictures with the photo that they were made of and each with its painting.
  ///
  /// - Parameters:
  ///   - pictures: As large as `photo`.
  ///   - photo: A photo of any size from 32×32, usually from ``square(of:)``.
  ///   - targets: One per picture.
  public func losses(of pictures: [Image], photo: Image, targets: [Target]) -> [RelativeLosses] {
    precondition(pictures.count == targets.count, "\(pictures.count) pictures")
    let kernels = loss.backend.kernels
    let content = loss.contentTarget(of: photo.tensor(kernels))
    return zip(pictures, targets).map { picture, target in
      precondition(
        (picture.width, picture.height) == (photo.width, photo.height),
        "\(picture.width)×\(picture.height) pixels of a photo of \(photo.width)×\(photo.height)")
      let tape = Tape(backend: loss.backend, isRecording: false)
      let losses = loss.losses(
        of: tape.constant(picture.tensor(kernels)), content: content, targets: [target.style])
      let layers = losses.style[0]
      return RelativeLosses(
        content: losses.content[0], style: layers.reduce(0, +) / Float(layers.count))
    }
  }
}

extension Image {
  /// The largest square in the middle.
  package var centralSquare: Image {
    let side = min(width, height)
    return cropped(x: (width - side) / 2, y: (height - side) / 2, width: side, height: side)
  }
}
