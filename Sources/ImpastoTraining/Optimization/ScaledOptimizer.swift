import ImpastoImaging

/// Optimises a picture at one size after the other: what comes out, enlarged, is where the next
/// begins.
final class ScaledOptimizer<Objective: PictureObjective> {
  /// Makes the objective for pictures of a size.
  typealias ObjectiveMaker = (_ width: Int, _ height: Int) throws(TrainingError) -> Objective

  let sizes: [(width: Int, height: Int)]
  private(set) var scale = 0
  private(set) var completedIterations = 0
  private(set) var isFinished = false
  private(set) var endLosses: [Objective.Losses] = []
  private let settings: OptimizationSettings
  private let objective: ObjectiveMaker
  private var optimizer: ImageOptimizer<Objective>
  /// Those of the scales that are done.
  private var earlierEvaluations = 0

  /// - Parameter start: The first pixels, scaled to the first size.
  init(
    sizes: [(width: Int, height: Int)], from start: Image, settings: OptimizationSettings,
    objective: @escaping ObjectiveMaker
  ) throws(TrainingError) {
    (self.sizes, self.settings, self.objective) = (sizes, settings, objective)
    let (width, height) = sizes[0]
    optimizer = try ImageOptimizer(
      objective(width, height), from: start.resized(width: width, height: height),
      method: settings.method, learningRate: settings.learningRate)
  }

  var losses: Objective.Losses { optimizer.losses }

  var evaluations: Int { earlierEvaluations + optimizer.evaluations }

  var picture: Image {
    let (width, height) = sizes[sizes.count - 1]
    return optimizer.picture.resized(width: width, height: height)
  }

  func step() throws(TrainingError) {
    guard !isFinished else { return }
    let isDone = try !optimizer.step()
    if !isDone { completedIterations += 1 }
    guard isDone || optimizer.completedIterations == settings.iterations else { return }
    endLosses.append(optimizer.losses)
    if scale + 1 < sizes.count {
      try enlarge()
    } else {
      isFinished = true
    }
  }

  private func enlarge() throws(TrainingError) {
    let (width, height) = sizes[scale + 1]
    let next = try ImageOptimizer(
      objective(width, height), from: optimizer.picture.resized(width: width, height: height),
      method: settings.method, learningRate: settings.learningRate)
    scale += 1
    earlierEvaluations += optimizer.evaluations
    optimizer = next
  }
}
