import ImpastoCompute
package import ImpastoImaging
import ImpastoTensors

/// Moves the pixels of one picture until they lower an objective no further.
///
/// Source: Gatys, Ecker, Bethge 2015.
package final class ImageOptimizer<Objective: PictureObjective> {
  /// The steps done so far.
  package private(set) var completedIterations = 0
  /// The number of evaluations of the objective and its gradient.
  package private(set) var evaluations = 0

  private let objective: Objective
  private let mover: Mover
  private var point: Point
  /// The place of the lowest value so far.
  private var best: Point

  private enum Mover {
    case lbfgs(LBFGS)
    case adam(AdamDescent)
  }

  private struct Point: DescentPoint {
    /// f32 pixels in 0…1, `[1, height, width, 3]`.
    let variables: Tensor
    let value: Double
    let losses: Objective.Losses
    let gradient: Tensor
    let kernels: TensorKernels

    init(_ pixels: Tensor, _ objective: Objective) {
      kernels = objective.backend.kernels
      var pixels = pixels
      kernels.clamp(&pixels)
      let sample = objective.sample(at: pixels)
      var gradient = sample.gradient
      kernels.projectGradient(&gradient, at: pixels)
      (variables, value, losses) = (pixels, sample.value, sample.losses)
      self.gradient = gradient
    }

    func restrict(_ direction: inout Tensor) {
      kernels.restrictDirection(&direction, at: variables, gradient: gradient)
    }
  }

  /// Prepares an optimisation.
  ///
  /// - Parameters:
  ///   - start: The first pixels.
  ///   - learningRate: The step length of Adam.
  /// - Throws: ``TrainingError/pixelsDiverged(iteration:)`` where the start has no finite value.
  package init(
    _ objective: Objective, from start: Image, method: OptimizationSettings.Method = .lbfgs,
    learningRate: Float = 0.02
  ) throws(TrainingError) {
    let kernels = objective.backend.kernels
    self.objective = objective
    let start = start.tensor(kernels)
    // The root mean square of the change that L-BFGS tries first is two levels of 255.
    mover =
      switch method {
      case .lbfgs: .lbfgs(LBFGS(firstChange: 0.008, kernels: kernels))
      case .adam:
        .adam(AdamDescent(shape: start.shape, learningRate: learningRate, kernels: kernels))
      }
    point = Point(start, objective)
    best = point
    evaluations = 1
    guard point.value.isFinite else { throw .pixelsDiverged(iteration: 0) }
  }

  /// The parts of the lowest value so far.
  package var losses: Objective.Losses { best.losses }

  /// The picture of the lowest value so far, as it will be seen.
  package var picture: Image { Image(pixels: best.variables, objective.backend.kernels) }

  /// Does one step.
  ///
  /// - Returns: Whether there was one to do: false where no lower value can be found.
  /// - Throws: ``TrainingError/pixelsDiverged(iteration:)`` where a value is not finite.
  package func step() throws(TrainingError) -> Bool {
    switch mover {
    case .lbfgs(let lbfgs):
      guard let next = lbfgs.step(from: point, evaluate: evaluated) else { return false }
      point = next
    case .adam(let adam):
      point = evaluated(adam.step(from: point))
      guard point.value.isFinite else {
        throw .pixelsDiverged(iteration: completedIterations + 1)
      }
    }
    if point.value < best.value { best = point }
    completedIterations += 1
    return true
  }

  private func evaluated(_ pixels: Tensor) -> Point {
    evaluations += 1
    return Point(pixels, objective)
  }
}

extension Image {
  /// The picture that f32 pixels `[1, height, width, 3]` show.
  init(pixels: Tensor, _ kernels: TensorKernels) {
    self.init(
      width: pixels.shape.width, height: pixels.shape.height, pixels: kernels.levels(pixels).levels)
  }

  /// f32 pixels in 0…1, `[1, height, width, 3]`.
  func tensor(_ kernels: TensorKernels) -> Tensor {
    kernels.tensor(
      fromLevels: pixels, shape: [1, height, width, 3], center: 0, scale: 1 / 255, type: .float32)
  }
}
