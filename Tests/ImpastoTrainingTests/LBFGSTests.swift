import Foundation
import ImpastoCompute
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

/// A function of a few numbers, evaluated in double precision.
private struct Function: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let start: [Float]
  let minimum: [Float]
  let evaluate: @Sendable ([Double]) -> (value: Double, gradient: [Double])

  func point(_ variables: Tensor) -> Point {
    let (value, gradient) = evaluate(variables.scalars.map(Double.init))
    return Point(
      variables: variables, value: value,
      gradient: Tensor(gradient.map { Float($0) }, shape: variables.shape))
  }

  /// Σ 100·(x₂ᵢ₊₁ − x₂ᵢ²)² + (1 − x₂ᵢ)²: a bent valley that defeats the plain gradient.
  static func rosenbrock(pairs: Int) -> Function {
    Function(
      testDescription: "Rosenbrock's valley in \(2 * pairs) dimensions",
      start: (0..<2 * pairs).map { $0 % 2 == 0 ? -1.2 : 1 },
      minimum: [Float](repeating: 1, count: 2 * pairs)
    ) { x in
      var (value, gradient) = (0.0, [Double](repeating: 0, count: x.count))
      for i in stride(from: 0, to: x.count, by: 2) {
        let (a, b) = (1 - x[i], x[i + 1] - x[i] * x[i])
        value += 100 * b * b + a * a
        gradient[i] = -400 * x[i] * b - 2 * a
        gradient[i + 1] = 200 * b
      }
      return (value, gradient)
    }
  }

  /// ½ Σ cᵢ(xᵢ − i)² + ¼ Σ (xᵢ − i)⁴ / 100, with curvatures from 1 to 30, as `generate.py` has it.
  static func bowl(_ count: Int) -> Function {
    let curvatures = (0..<count).map { pow(30, Double($0) / Double(count - 1)) }
    return Function(
      testDescription: "a steepening bowl", start: [Float](repeating: 0, count: count),
      minimum: (0..<count).map(Float.init)
    ) { x in
      let errors = x.enumerated().map { $1 - Double($0) }
      return (
        zip(curvatures, errors).reduce(0) { $0 + $1.0 * $1.1 * $1.1 / 2 + pow($1.1, 4) / 400 },
        zip(curvatures, errors).map { $0 * $1 + pow($1, 3) / 100 }
      )
    }
  }

  /// ½ Σ cᵢ(xᵢ − i)², with curvatures from 1 to 1,000.
  static func quadratic(_ count: Int) -> Function {
    let curvatures = (0..<count).map { pow(1000, Double($0) / Double(count - 1)) }
    return Function(
      testDescription: "a quadratic bowl in \(count) dimensions",
      start: [Float](repeating: 0, count: count), minimum: (0..<count).map(Float.init)
    ) { x in
      let errors = x.enumerated().map { $1 - Double($0) }
      return (
        zip(curvatures, errors).reduce(0) { $0 + $1.0 * $1.1 * $1.1 / 2 },
        zip(curvatures, errors).map(*)
      )
    }
  }
}

private struct Point: DescentPoint {
  let variables: Tensor
  let value: Double
  let gradient: Tensor
}

/// ½ Σ cᵢ·vᵢ² with v = B·(x − a), coupled by a random B, for x in 0…1; about half of the bounds hold.
private struct BoxedQuadratic {
  struct Point: DescentPoint {
    let variables: Tensor
    let value: Double
    let gradient: Tensor
    let kernels: TensorKernels

    func restrict(_ direction: inout Tensor) {
      kernels.restrictDirection(&direction, at: variables, gradient: gradient)
    }
  }

  static let count = 40
  let kernels: TensorKernels
  private let coupling: [[Double]]
  private let center: [Double]
  private let curvatures = (0..<count).map { pow(300, Double($0) / Double(count - 1)) }

  init(seed: UInt64, kernels: TensorKernels) {
    self.kernels = kernels
    var random = RandomSource(seed: seed)
    coupling = (0..<Self.count).map { _ in
      (0..<Self.count).map { _ in Double(random.normal()) / Double(Self.count).squareRoot() }
    }
    center = (0..<Self.count).map { _ in Double(random.uniform(in: -0.6...1.6)) }
  }

  func point(_ variables: Tensor) -> Point {
    var variables = variables
    kernels.clamp(&variables)
    let errors = zip(variables.scalars, center).map { Double($0) - $1 }
    let rows = coupling.map { Dense.dot($0, errors) }
    let forces = zip(curvatures, rows).map(*)
    let slopes = (0..<Self.count).map { column in
      Float(Dense.dot(coupling.map { $0[column] }, forces))
    }
    var gradient = Tensor(slopes, shape: variables.shape)
    kernels.projectGradient(&gradient, at: variables)
    return Point(
      variables: variables, value: Dense.dot(forces, rows) / 2, gradient: gradient, kernels: kernels
    )
  }
}

@Suite struct LBFGSTests {
  private let kernels = OneDNNBackend(threads: ThreadBudget(count: 1)).kernels

  @Test(arguments: [Function.rosenbrock(pairs: 1), .rosenbrock(pairs: 20), .quadratic(30)])
  fileprivate func `the minimum is found, and every step falls`(_ function: Function) throws {
    let lbfgs = LBFGS(firstChange: 0.1, kernels: kernels)
    var point = function.point(Tensor(function.start, shape: [function.start.count]))
    var evaluations = 0
    var steps = 0
    while steps < 100 {
      let next = lbfgs.step(from: point) { variables in
        evaluations += 1
        return function.point(variables)
      }
      guard let next else { break }
      #expect(next.value < point.value)
      point = next
      steps += 1
    }
    #expect(steps > 10)
    // A line search that knows the curvature seldom looks twice.
    #expect(evaluations <= 2 * steps + 30, "\(evaluations) evaluations in \(steps) steps")
    for (found, expected) in zip(point.variables.scalars, function.minimum) {
      #expect(abs(found - expected) < 1e-3)
    }
  }

  @Test func `each direction is that of the formula with dense matrices`() throws {
    let function = Function.rosenbrock(pairs: 2)
    let historyCount = 3
    let lbfgs = LBFGS(historyCount: historyCount, firstChange: 0.01, kernels: kernels)
    var point = function.point(Tensor(function.start, shape: [4]))
    var pairs: [(s: [Double], y: [Double])] = []
    for step in 0..<8 {
      var tried: [[Double]] = []
      let old = point
      point = try #require(
        lbfgs.step(from: old) { variables in
          tried.append(
            zip(variables.scalars, old.variables.scalars).map { Double($0) - Double($1) })
          return function.point(variables)
        })
      let expected = Dense.direction(
        pairs.suffix(historyCount), old.gradient.scalars.map(Double.init))
      // The search starts with the whole step once there is a history, and keeps the direction.
      let scale = pairs.isEmpty ? Dense.norm(tried[0]) / Dense.norm(expected) : 1
      for (found, wanted) in zip(tried[0], expected) {
        #expect(abs(found - scale * wanted) <= 1e-3 * Dense.norm(tried[0]) + 1e-6, "step \(step)")
      }
      pairs.append(
        (
          zip(point.variables.scalars, old.variables.scalars).map { Double($0 - $1) },
          zip(point.gradient.scalars, old.gradient.scalars).map { Double($0 - $1) }
        ))
    }
  }

  @Test func `steps lead where those of PyTorch lead`() throws {
    struct Settings: Decodable {}
    let path = try ReferenceFile<Settings>("lbfgs", in: .module)["lbfgs"]["path"]
    let count = path.shape[1]
    let rows = (0..<path.shape[0]).map { Array(path.scalars[$0 * count..<($0 + 1) * count]) }
    let function = Function.bowl(count)
    var point = function.point(Tensor(function.start, shape: [count]))
    // PyTorch first tries a step whose absolute values sum to one.
    let gradient = point.gradient.scalars.map(Double.init)
    let length = Dense.norm(gradient) / gradient.reduce(0) { $0 + abs($1) }
    let lbfgs = LBFGS(
      historyCount: 5, firstChange: length / Double(count).squareRoot(), kernels: kernels)
    for (step, expected) in rows.enumerated() {
      point = try #require(lbfgs.step(from: point, evaluate: function.point))
      expectAgreement(
        point.variables, Tensor(expected, shape: [count]), within: 1e-4, "step \(step + 1)")
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `with bounds that hold, the minimum is found within sixty steps`(seed: UInt64) throws {
    let function = BoxedQuadratic(seed: seed, kernels: kernels)
    let count = BoxedQuadratic.count
    let start = function.point(Tensor([Float](repeating: 0.5, count: count), shape: [count]))
    var point = start
    let lbfgs = LBFGS(firstChange: 0.008, kernels: kernels)
    // Clamping alone takes three times as many.
    for _ in 0..<60 {
      guard let next = lbfgs.step(from: point, evaluate: function.point) else { break }
      #expect(next.value <= point.value)
      point = next
    }
    let held = point.variables.scalars.count { $0 == 0 || $0 == 1 }
    #expect(held >= 10 && held <= 30, "\(held)")
    // Nothing is left of the slope but along what is held.
    let remaining = kernels.dot(point.gradient, point.gradient).squareRoot()
    #expect(
      remaining < 1e-3 * kernels.dot(start.gradient, start.gradient).squareRoot(), "\(remaining)")
  }

  @Test func `where nothing is lower there is no step`() {
    let function = Function.quadratic(4)
    let lbfgs = LBFGS(firstChange: 0.1, kernels: kernels)
    let lowest = function.point(Tensor(function.minimum, shape: [4]))
    #expect(lbfgs.step(from: lowest, evaluate: function.point) == nil)
  }

  @Test func `a function that is not finite far away is searched near by`() throws {
    // −log x + x, from where the first steps leave the domain.
    let lbfgs = LBFGS(firstChange: 50, kernels: kernels)
    func point(_ variables: Tensor) -> Point {
      let x = Double(variables.scalars[0])
      return Point(
        variables: variables, value: x > 0 ? x - log(x) : .nan,
        gradient: Tensor([Float(1 - 1 / x)], shape: [1]))
    }
    var place = point(Tensor([3], shape: [1]))
    for _ in 0..<10 { place = lbfgs.step(from: place, evaluate: point) ?? place }
    #expect(abs(place.variables.scalars[0] - 1) < 1e-3)
  }
}

/// The update of the inverse Hessian written out with matrices.
///
/// Source: Nocedal, Wright 2006, equation 7.16.
private enum Dense {
  static func norm(_ x: [Double]) -> Double { dot(x, x).squareRoot() }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  static func direction(
    _ pairs: ArraySlice<(s: [Double], y: [Double])>, _ gradient: [Double]
  ) -> [Double] {
    let n = gradient.count
    let scale = pairs.last.map { dot($0.s, $0.y) / dot($0.y, $0.y) } ?? 1
    var inverse = (0..<n).map { i in (0..<n).map { $0 == i ? scale : 0 } }
    for (s, y) in pairs {
      let rho = 1 / dot(s, y)
      // V = I − ρ·y·sᵀ; H ← VᵀHV + ρ·s·sᵀ.
      let v = (0..<n).map { i in (0..<n).map { ($0 == i ? 1 : 0) - rho * y[i] * s[$0] } }
      let hv = (0..<n).map { i in
        (0..<n).map { j in (0..<n).reduce(0) { $0 + inverse[i][$1] * v[$1][j] } }
      }
      inverse = (0..<n).map { i in
        (0..<n).map { j in
          (0..<n).reduce(0) { $0 + v[$1][i] * hv[$1][j] } + rho * s[i] * s[j]
        }
      }
    }
    return inverse.map { -dot($0, gradient) }
  }
}
