import ImpastoCompute
import ImpastoTensors

/// One fused loop, or product, on noise, and what should come out.
struct KernelTrial {
  /// The kind and amount of work that limits the time.
  enum Work {
    /// Bytes that are read; next to nothing is written.
    case reading(Int)
    /// Bytes that are read or written.
    case copying(Int)
    /// Multiplications and additions.
    case multiplying(Int)
  }

  /// The result of a kernel.
  enum Result {
    case tensor(Tensor)
    case numbers([Float])
    case levels([UInt8])
  }

  let name: String
  /// The extents of its input.
  let shape: Shape
  let work: Work
  /// Runs it; where it changes an operand in place, only the first run gives what is expected.
  let run: () -> Result
  /// The formula: what belongs at one place of the result.
  let expected: (Int) -> Float

  private static let maximumPlaces = 200

  /// A kernel that changes an operand, of which it gets a copy of its own.
  static func inPlace(
    _ name: String, _ operand: Operand, work: Work, _ change: @escaping (inout Tensor) -> Void,
    expected: @escaping (Int) -> Float
  ) -> KernelTrial {
    var tensor = operand.tensor
    return KernelTrial(name: name, shape: operand.shape, work: work) {
      change(&tensor)
      return .tensor(tensor)
    } expected: {
      expected($0)
    }
  }

  /// The distance of a first result from the formula, as a share of its norm, over places spread
  /// evenly.
  func error(of result: Result) -> Double {
    let scalars = result.scalars
    let places = min(Self.maximumPlaces, scalars.count)
    var (distance, norm) = (0.0, 0.0)
    for number in 0..<places {
      let place = number * (scalars.count - 1) / max(1, places - 1)
      let value = Double(expected(place))
      let difference = Double(scalars[place]) - value
      distance += difference * difference
      norm += value * value
    }
    return (distance / norm).squareRoot()
  }
}

extension KernelTrial.Result {
  fileprivate var scalars: [Float] {
    switch self {
    case .tensor(let tensor): tensor.scalars
    case .numbers(let numbers): numbers
    case .levels(let levels): levels.map(Float.init)
    }
  }
}
