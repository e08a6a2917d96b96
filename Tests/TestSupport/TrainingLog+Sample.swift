package import ImpastoTraining

extension TrainingLog.Record {
  /// A record with round numbers.
  package static func sample(step: Int, total: Float = 6) -> TrainingLog.Record {
    TrainingLog.Record(
      losses: StepRecord(
        step: step, total: total, content: 1, style: 0.25, totalVariation: 0.125, photo: nil,
        perStyle: [
          "great-wave": StyleLosses(content: 1, style: 0.25, layers: ["relu1_1": 0.25])
        ], learningRate: 0.5),
      imagesPerSecond: 4.5)
  }
}
