import ImpastoImaging
import ImpastoTraining

/// Leads an optimisation of pixels to its end, and writes its picture.
struct PixelRun<Optimization: PixelOptimization> {
  typealias Outcome = OptimizationOutcome<Optimization.Losses>
  typealias Progress = OptimizationProgress<Optimization.Losses>

  let optimization: Optimization
  let output: ResultFile
  let metadata: ImageMetadata
  /// Makes the picture that is written of the one that is optimised.
  var finish: (Image) -> Image = { $0 }
  let onWarning: (String) -> Void

  /// Optimises until all is done or `goesOn` says no, and writes the best picture then.
  ///
  /// - Returns: What came of it; before the first step nothing is written.
  /// - Throws: `TrainingError.pixelsDiverged`; what writing throws. A picture that was made is
  ///   written all the same, and a warning tells of it.
  func run(while goesOn: () -> Bool, _ progress: (Progress) -> Void) throws -> Outcome {
    let frames = try output.progressInterval.map {
      try ProgressFrames(output: output.path, like: picture, interval: $0)
    }
    var outcome = Outcome()
    let optimized = Result { try optimize(&outcome, frames, while: goesOn, progress) }
    outcome.iterations = optimization.completedIterations
    outcome.evaluations = optimization.evaluations
    outcome.isFinished = optimization.isFinished
    guard outcome.hasPicture else {
      try optimized.get()
      return outcome
    }
    let (best, iterations) = (picture, outcome.iterations)
    // Whatever failed, the picture is what it was before, and neither file waits for the other.
    let kept = Result {
      try best.write(to: output.path, quality: output.quality, metadata: metadata)
    }
    let framed = Result { try frames?.finish(with: best, iteration: iterations) }
    do {
      try optimized.get()
      try framed.get()
    } catch {
      if case .success = kept {
        onWarning("\(output.path): the picture after \(iterations.of("iteration"))")
      }
      throw error
    }
    try kept.get()
    outcome.progress = frames.map { ($0.folder, $0.animation) }
    return outcome
  }

  /// The best picture so far, as it will be seen.
  private var picture: Image { finish(optimization.picture) }

  private func optimize(
    _ outcome: inout Outcome, _ frames: ProgressFrames?, while goesOn: () -> Bool,
    _ progress: (Progress) -> Void
  ) throws {
    let clock = ContinuousClock()
    outcome.scales.append(begin())
    try frames?.note(0) { picture }
    while !optimization.isFinished, goesOn() {
      let begun = clock.now
      let (scale, before) = (optimization.scale, optimization.completedIterations)
      try optimization.step()
      let done = optimization.completedIterations
      outcome.iterations = done
      outcome.scales[scale].time += clock.now - begun
      outcome.scales[scale].iterations += done - before
      let ends = optimization.endLosses
      outcome.scales[scale].end = ends.count > scale ? ends[scale] : optimization.losses
      if optimization.scale > scale { outcome.scales.append(begin()) }
      if done > before { try frames?.note(done) { picture } }
      progress(
        Progress(
          outcome: outcome, losses: optimization.losses,
          work: outcome.work(optimization.sizes, iterations: optimization.iterations)))
    }
  }

  private func begin() -> Outcome.Scale {
    let (size, losses) = (optimization.sizes[optimization.scale], optimization.losses)
    return Outcome.Scale(width: size.width, height: size.height, start: losses, end: losses)
  }
}
