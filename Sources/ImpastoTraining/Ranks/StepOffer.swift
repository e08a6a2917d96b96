/// The part that a rank has of a step, told to the others before it.
struct StepOffer: Codable {
  /// The names of the photos that it has loaded.
  var names: [String] = []
  /// The photos that it leaves out, by their places in the dataset.
  var skipped: [Int: SkippedPhoto] = [:]
  var warnings: [String] = []
  /// The reason for which the first of them cannot be read.
  var reason: String?
  /// Indicates whether it is to stop.
  var stops = false
}

extension StepOffer {
  init(_ loaded: LoadedBatch) {
    self.init(
      names: loaded.batch.names, skipped: loaded.skipped, warnings: loaded.warnings,
      reason: loaded.firstReason)
  }
}
