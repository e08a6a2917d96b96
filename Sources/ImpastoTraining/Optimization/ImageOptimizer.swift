import ImpastoCompute
import ImpastoDifferentiation
package import ImpastoImaging
import ImpastoTensors

/// Moves the pixels of one picture until it has the content of a photo in the style of a painting.
///
/// Source: Gatys, Ecker, Bethge 2015.
package final class ImageOptimizer {
  /// The steps done so far.
  package private(set) var completedIterations = 0
  /// The number of evaluations of losses and gradient.
  package private(set) var evaluations = 0

  private let loss: PerceptualLoss
  private let content: PerceptualLoss.ContentTarget
  private let style: PerceptualLoss.StyleTarget
  private let mover: Mover
  private var point: Point
  /// The place of the lowest loss so far.
  private var best: Point

  private enum Mover {
    case lbfgs(LBFGS)
    case adam(AdamDescent)
  }

  private struct Point: DescentPoint {
    /// f32 pixels in 0…1, `[1, height, width, 3]`.
    let variables: Tensor
    let losses: PictureLosses
    let gradient: Tensor
    let kernels: TensorKernels

    var value: Double { Double(losses.total) }

    func restrict(_ direction: inout Tensor) {
      kernels.restrictDirection(&direction, at: variables, gradient: gradient)
    }
  }

  /// The root mean square of the change that L-BFGS tries first: two levels of 255.
  private static let firstChange = 0.008

  /// Prepares an optimisation.
  ///
  /// - Parameters:
  ///   - photo: The picture whose content is wanted.
  ///   - start: The first pixels, as many as the photo's.
  ///   - learningRate: The step length of Adam.
  /// - Throws: ``TrainingError/pixelsDiverged(iteration:)`` where the start has no finite loss.
  package init(
    of photo: Image, in style: PerceptualLoss.StyleTarget, from start: Image, loss: PerceptualLoss,
    method: OptimizationSettings.Method = .lbfgs, learningRate: Float = 0.02
  ) throws(TrainingError) {
    precondition(
      start.width == photo.width && start.height == photo.height,
      "a start of \(start.width)×\(start.height) for a photo of \(photo.width)×\(photo.height)")
    let kernels = loss.backend.kernels
    self.loss = loss
    self.style = style
    content = loss.contentTarget(of: photo.tensor(kernels))
    let start = start.tensor(kernels)
    mover =
      switch method {
      case .lbfgs: .lbfgs(LBFGS(firstChange: Self.firstChange, kernels: kernels))
      case .adam:
        .adam(AdamDescent(shape: start.shape, learningRate: learningRate, kernels: kernels))
      }
    point = Self.point(start, content: content, style: style, loss: loss)
    best = point
    evaluations = 1
    guard point.value.isFinite else { throw .pixelsDiverged(iteration: 0) }
  }

  /// The lowest losses so far.
  package var losses: PictureLosses { best.losses }

  /// The picture of the lowest loss so far, as it will be seen.
  package var picture: Image { Image(pixels: best.variables, loss.backend.kernels) }

  /// Does one step.
  ///
  /// - Returns: Whether there was one to do: false where no lower loss can be found.
  /// - Throws: ``TrainingError/pixelsDiverged(iteration:)`` where a loss is not finite.
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
    return Self.point(pixels, content: content, style: style, loss: loss)
  }

  private static func point(
    _ pixels: Tensor, content: PerceptualLoss.ContentTarget, style: PerceptualLoss.StyleTarget,
    loss: PerceptualLoss
  ) -> Point {
    let kernels = loss.backend.kernels
    var pixels = pixels
    kernels.clamp(&pixels)
    let tape = Tape(backend: loss.backend, isRecording: true)
    let picture = tape.parameter(pixels)
    let losses = loss.losses(of: picture, content: content, targets: [style])
    tape.differentiate(losses.total)
    var gradient = picture.gradient ?? Tensor(zeros: pixels.shape)
    kernels.projectGradient(&gradient, at: pixels)
    return Point(
      variables: pixels, losses: PictureLosses(losses, terms: loss.terms), gradient: gradient,
      kernels: kernels)
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
