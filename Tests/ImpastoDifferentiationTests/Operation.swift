import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors

/// A differentiable operation, from whose declaration all its tests follow.
///
/// - Both backends agree on its ``cases``, and their gradients with finite differences.
/// - It agrees with PyTorch's numbers in the cases that `Tests/Fixtures/operations.py` has under its
///   name.
/// - `IMPASTO_TIME_OPERATIONS=1` prints how long it takes on its operands for timing.
struct Operation: Sendable {
  /// A way to compute a variable of operands.
  typealias Computation = @Sendable (Operands) throws -> Variable

  /// The name, by which PyTorch's numbers are found.
  let name: String
  /// The computation with the settings of a case of PyTorch's; nil where PyTorch has none.
  let reference: (@Sendable (ReferenceSettings) throws -> Computation)?
  /// Whether the operation is defined in bf16 too.
  let takesBFloat16: Bool
  /// Whether it is a matrix product, whose sums may be cut as the threads are many.
  let isProduct: Bool
  /// The cases that finite differences check.
  let cases: [GradientCase]
  /// The computation to time, and the shapes of its operands.
  let timing: (operands: [GradientCase.Operand], computation: Computation)

  /// Declares an operation.
  ///
  /// - Parameter timed: The operands of a case as large as those in use, which takes the computation
  ///   of the first case.
  init(
    _ name: String, takesBFloat16: Bool = true, isProduct: Bool = false, cases: [GradientCase],
    timed: [GradientCase.Operand],
    reference: (@Sendable (ReferenceSettings) throws -> Computation)? = nil
  ) {
    (self.name, self.cases) = (name, cases)
    (self.takesBFloat16, self.isProduct) = (takesBFloat16, isProduct)
    (self.reference, timing) = (reference, (timed, cases[0].computation))
  }

  /// Every operation.
  static let all =
    convolutions + normalizations + paddings + poolings + matrices + losses + features
}

/// The operands of an operation on a tape, by name.
final class Operands {
  let tape: Tape
  private let tensors: [String: Tensor]
  private let parameters: Set<String>
  /// Gives the gradients of those that are parameters, once the tape has been differentiated.
  private(set) var gradients: [String: () -> Tensor?] = [:]

  /// Puts tensors on a tape; those named in `parameters` get gradients.
  init(_ tensors: [String: Tensor], parameters: Set<String>, on tape: Tape) {
    (self.tensors, self.parameters, self.tape) = (tensors, parameters, tape)
  }

  /// Indicates whether there is an operand of this name.
  func has(_ name: String) -> Bool { tensors[name] != nil }

  /// The numbers of an operand that gets no gradient.
  func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else { throw MissingOperand(name: name) }
    return tensor
  }

  /// The operand as a variable.
  func variable(_ name: String) throws -> Variable {
    guard parameters.contains(name) else { return tape.constant(try tensor(name)) }
    let variable = tape.parameter(try tensor(name))
    gradients[name] = { variable.gradient }
    return variable
  }

  /// The operand called `input`.
  var input: Variable {
    get throws { try variable("input") }
  }

  /// The operand called `filter`.
  var filter: FilterVariable {
    get throws {
      let filter = FilterVariable(
        ConvolutionFilter(try tensor("filter")), isTrainable: parameters.contains("filter"),
        on: tape)
      gradients["filter"] = { filter.gradient }
      return filter
    }
  }
}

/// An operand that a computation asks for is not in its case.
struct MissingOperand: Error {
  let name: String
}

/// The backends that every case runs on.
let backends: [any ComputeBackend] = [OneDNNBackend(), OpenBLASBackend()]
