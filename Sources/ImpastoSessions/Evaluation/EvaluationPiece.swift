import ImpastoTraining

/// A piece of an evaluation, which is measured at once.
enum EvaluationPiece {
  /// The photos of one grey, in a style.
  case greys(style: Int)
  /// The photo at a place in the dataset, in all styles.
  case photo(Int)
  /// One of the shown photos, large and moved, in a style.
  case large(shown: Int, style: Int)
  /// The optimisation of one of the shown photos towards a style.
  case descent(shown: Int, style: Int, start: Descent.Start)
}

/// The measurements of one piece of an evaluation.
enum EvaluationMeasurement: Codable {
  case greys(unevenness: Float)
  case photo(PhotoMeasurements)
  case unreadable(SkippedPhoto, warnings: [String])
  case large([SizeMeasures], ShiftMeasures?)
  /// The picture is that of the page, if it is to be there.
  case descent(Descent, EvaluationReport.Picture?)

  /// The measurements of a photo in all styles.
  struct PhotoMeasurements: Codable {
    /// In the order of the styles, as are the pictures.
    var samples: [StyleEvaluation.Sample]
    var pictures: [PictureMeasures]
    /// The photo as it is.
    var photo: PictureMeasures
    /// The PSNR of its picture in the row `photo`, in dB; nil where the network lacks that.
    var photoRowPSNR: Float?
    /// For each style the pictures of the page; empty where the photo is not shown there.
    var rows: [[EvaluationReport.Picture]] = []
    /// About the photo's file, as sentences that name it.
    var warnings: [String]
  }
}

/// The outcome of a piece of an evaluation.
struct EvaluationOutcome: Codable {
  /// The place of the piece among all.
  let place: Int
  /// The measurements; nil where they were stopped, or failed.
  var measurement: EvaluationMeasurement?
  /// The failure of a rank.
  var failure: Failure?

  struct Failure: Codable {
    let rank: Int
    let reason: String
  }
}
