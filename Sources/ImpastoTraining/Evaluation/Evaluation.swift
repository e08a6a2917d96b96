public import ImpastoCompute
public import ImpastoImaging

/// The measurements of a network: its losses and those of its baselines, style by style and photo
/// by photo.
public struct Evaluation: Sendable {
  /// The checkpoint.
  public let model: String
  /// The folder of photos.
  public let content: String
  /// The height and width of the photos in pixels.
  public let photoSize: Int
  /// The shorter side of the paintings in pixels.
  public let styleSize: Int
  /// The type of the activations.
  public let precision: String
  /// The instructions and library that compute the networks.
  public let arithmetic = Arithmetic.current
  /// Another checkpoint to compare with, where there is one.
  public let other: String?
  /// The most iterations of the optimisations to compare with, where there are any.
  public let iterations: Int?
  /// The sizes of large pictures to measure, in pixels.
  public let sizes: [Int]
  /// Indicates whether photos are to be moved.
  public let movesPhotos: Bool
  /// The styles, in the order shown.
  public var styles: [StyleEvaluation]
  /// The measurements of the photos as they are.
  public var photoMeasures: [PictureMeasures] = []
  /// For each photo the PSNR of its picture in the row `photo`, in dB, where the network has learned
  /// that row.
  public var photoRowPSNR: [Float] = []
  /// Styles of the model that were not measured, and why.
  public var unmeasured: [UnmeasuredStyle]
  /// Photos that were not measured, and why.
  public var skipped: [SkippedPhoto] = []
  /// The files of the folder that are no photos.
  public let leftOut: [ImageFolder.Omission]
  /// Indicates whether all that was asked for has been measured.
  public var isFinished = false

  /// Begins an evaluation in which nothing is measured yet.
  public init(
    model: String, content: String, photoSize: Int, styleSize: Int, precision: String,
    other: String? = nil, iterations: Int? = nil, sizes: [Int] = [], movesPhotos: Bool = false,
    styles: [StyleEvaluation], unmeasured: [UnmeasuredStyle] = [],
    leftOut: [ImageFolder.Omission] = []
  ) {
    self.model = model
    self.content = content
    self.photoSize = photoSize
    self.styleSize = styleSize
    self.precision = precision
    self.other = other
    self.iterations = iterations
    self.sizes = sizes
    self.movesPhotos = movesPhotos
    self.styles = styles
    self.unmeasured = unmeasured
    self.leftOut = leftOut
  }

  /// The number of photos of which something was measured.
  public var photoCount: Int { photoMeasures.count }

  /// The mean over the styles of what `measure` takes of each; nothing where no style has it.
  public func mean(_ measure: (StyleEvaluation) -> RelativeLosses?) -> RelativeLosses? {
    RelativeLosses.mean(styles.compactMap(measure))
  }

  /// The mean of the styles' equivalent iterations; nothing where no photo was optimised.
  public func equivalentIterations(from start: Descent.Start) -> EquivalentIterations? {
    EquivalentIterations.mean(styles.compactMap { $0.equivalentIterations(from: start) })
  }

  /// The mean PSNR of the row `photo`, in dB; nothing where it was not measured.
  public var meanPhotoRowPSNR: Float? {
    photoRowPSNR.isEmpty ? nil : photoRowPSNR.reduce(0, +) / Float(photoRowPSNR.count)
  }

  /// The faults of the photos as they are, to compare those of the styles with.
  public var photoFaults: PictureFaults? { PictureFaults(photoMeasures, blobs: 0) }

  /// The numbers of iterations that are shown: 25, 50, 100 and 200, and the last.
  var shownIterations: [Int] {
    guard let iterations else { return [] }
    return [25, 50, 100, 200].filter { $0 < iterations } + [iterations]
  }
}

/// A style that was not measured.
public struct UnmeasuredStyle: Sendable, Hashable, Codable {
  /// The style's name.
  public let name: String
  /// The reason why it was not measured.
  public let reason: String

  /// Creates a note of a style that is missing.
  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}
