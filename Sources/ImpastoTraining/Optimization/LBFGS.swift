package import ImpastoCompute
package import ImpastoTensors

/// A point, with the value and gradient there of the function to minimise.
package protocol DescentPoint {
  /// f32, of any shape.
  var variables: Tensor { get }
  /// The function.
  var value: Double { get }
  /// Of the variables' shape; 0 where a bound keeps a variable from going against it.
  var gradient: Tensor { get }
  /// Zeroes a direction for each variable that a bound keeps in its place.
  func restrict(_ direction: inout Tensor)
}

extension DescentPoint {
  /// Without bounds every direction can be followed.
  package func restrict(_ direction: inout Tensor) {}
}

/// Minimises a smooth function of many numbers from its gradients alone.
///
/// Variables may have bounds, to which `evaluate` clamps them. A variable that its bound holds
/// takes no part in the step, and the slope along the way is that of the variables that still move.
///
/// Source: Nocedal, Wright 2006, algorithms 7.4 and 7.5, with the line search of ``LineSearch``;
/// bounds after Bertsekas 1982. Differs from it: variables are held at their bounds and not near
/// them, the search is that of Wolfe, and the history holds changes of the gradient that bounds
/// have left.
package final class LBFGS {
  /// A step that was taken and the change of the gradient over it.
  private struct Pair {
    let step, change: Tensor
    /// 1/(stepᵀ·change).
    let inverse: Double
    /// (stepᵀ·change)/‖change‖²: the scale of the inverse Hessian.
    let scale: Double
  }

  /// The number of remembered steps in the implementations of Gatys and others.
  package static let usualHistory = 50

  /// The number of steps that are remembered.
  package let historyCount: Int
  /// The root mean square of the changes that the first step tries, as nothing is known by then.
  package let firstChange: Double
  private let kernels: TensorKernels
  private var history: [Pair] = []

  package init(historyCount: Int = usualHistory, firstChange: Double, kernels: TensorKernels) {
    self.historyCount = historyCount
    self.firstChange = firstChange
    self.kernels = kernels
  }

  /// Goes one step downhill.
  ///
  /// - Parameters:
  ///   - point: Where the last step led, or the start.
  ///   - evaluate: Computes the function and its gradient.
  /// - Returns: A lower place, or nil where none was found even along the gradient: the function
  ///   cannot be told apart from its minimum.
  package func step<Point: DescentPoint, Failure: Error>(
    from point: Point, evaluate: (Tensor) throws(Failure) -> Point
  ) throws(Failure) -> Point? {
    let kernels = kernels
    while true {
      let direction = direction(at: point)
      let slope = kernels.dot(direction, point.gradient)
      let length = kernels.dot(direction, direction).squareRoot()
      guard length > 0 else { return nil }
      let firstStep =
        history.isEmpty ? firstChange * Double(direction.count).squareRoot() / length : 1
      let start = LineSearch.Sample(step: 0, value: point.value, slope: slope, place: point)
      let found =
        slope < 0
        ? try LineSearch.search(from: start, firstStep: firstStep) { step throws(Failure) in
          var variables = point.variables
          kernels.add(direction, times: Float(step), to: &variables)
          let place = try evaluate(variables)
          var moving = direction
          place.restrict(&moving)
          let slope = kernels.dot(moving, place.gradient)
          return .init(step: step, value: place.value, slope: slope, place: place)
        } : nil
      if let found {
        remember(from: point, to: found.place)
        return found.place
      }
      // What was remembered misleads; without it the direction is that of the gradient.
      if history.isEmpty { return nil }
      history = []
    }
  }

  /// −H·g, with H the inverse of the Hessian as far as the history shows it, for the variables that
  /// can move.
  private func direction(at point: some DescentPoint) -> Tensor {
    var direction = point.gradient
    var products: [Double] = []
    for pair in history.reversed() {
      let product = pair.inverse * kernels.dot(pair.step, direction)
      kernels.add(pair.change, times: Float(-product), to: &direction)
      products.append(product)
    }
    let scale = history.last?.scale ?? 1
    var scaled = Tensor(zeros: direction.shape)
    kernels.add(direction, times: Float(-scale), to: &scaled)
    for (pair, product) in zip(history, products.reversed()) {
      // The direction has changed its sign, and the sum with it.
      let sum = product + pair.inverse * kernels.dot(pair.change, scaled)
      kernels.add(pair.step, times: Float(-sum), to: &scaled)
    }
    // The history would move what is held, uphill.
    point.restrict(&scaled)
    return scaled
  }

  private func remember(from old: some DescentPoint, to new: some DescentPoint) {
    var step = new.variables
    var change = new.gradient
    kernels.add(old.variables, times: -1, to: &step)
    kernels.add(old.gradient, times: -1, to: &change)
    let product = kernels.dot(step, change)
    let size = kernels.dot(change, change)
    // Only along directions of positive curvature is the inverse positive.
    guard product > 1e-10 * size else { return }
    if history.count == historyCount { history.removeFirst() }
    history.append(Pair(step: step, change: change, inverse: 1 / product, scale: product / size))
  }
}
