import ImpastoTensors
import Testing

/// One case of an operation that finite differences check and backends must agree on.
struct GradientCase: Sendable, CustomTestStringConvertible {
  /// An operand's name and shape, and whether it gets a gradient.
  struct Operand: Sendable {
    let name: String
    let shape: Shape
    let isParameter: Bool

    static func input(_ shape: Shape) -> Operand { parameter("input", shape) }

    static func filter(_ shape: Shape) -> Operand { parameter("filter", shape) }

    static func parameter(_ name: String, _ shape: Shape) -> Operand {
      Operand(name: name, shape: shape, isParameter: true)
    }

    static func constant(_ name: String, _ shape: Shape) -> Operand {
      Operand(name: name, shape: shape, isParameter: false)
    }
  }

  let name: String
  let operands: [Operand]
  /// The distance by which a scalar is moved to either side.
  let step: Float
  /// The difference allowed, as a share of the largest gradient.
  let tolerance: Double
  /// Whether the slope may jump: coordinates at a jump are then passed over.
  let hasKinks: Bool
  /// Whether the result is a symmetric matrix, and its gradient has to be.
  let isSymmetric: Bool
  let computation: Operation.Computation

  init(
    _ name: String, _ operands: [Operand], step: Float = 0.01, tolerance: Double = 2e-3,
    hasKinks: Bool = false, isSymmetric: Bool = false,
    _ computation: @escaping Operation.Computation
  ) {
    (self.name, self.operands, self.step, self.tolerance) = (name, operands, step, tolerance)
    (self.hasKinks, self.isSymmetric, self.computation) = (hasKinks, isSymmetric, computation)
  }

  var testDescription: String { name }

  /// Every case of every operation.
  static let all = Operation.all.flatMap(\.cases)

  /// Operands that are the same at every run.
  func drawOperands() -> [String: Tensor] { Self.draw(operands) }

  /// Normal numbers for operands, the same at every run.
  static func draw(_ operands: [Operand]) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (index, operand) in operands.enumerated() {
      var random = RandomSource(seed: 7, path: [UInt64(index)])
      let scalars = (0..<operand.shape.count).map { _ in random.normal() }
      tensors[operand.name] = Tensor(scalars, shape: operand.shape)
    }
    return tensors
  }

  /// A cotangent for a result of `shape`: symmetric where the result is.
  func drawCotangent(_ shape: Shape) -> Tensor {
    var random = RandomSource(seed: 8)
    var scalars = (0..<shape.count).map { _ in random.normal() }
    if isSymmetric {
      let n = shape[2]
      for index in scalars.indices {
        let (matrix, row, column) = (index / (n * n), index / n % n, index % n)
        scalars[index] = scalars[matrix * n * n + min(row, column) * n + max(row, column)]
      }
    }
    return Tensor(scalars, shape: shape)
  }

  var parameters: Set<String> { Set(operands.filter(\.isParameter).map(\.name)) }
}
