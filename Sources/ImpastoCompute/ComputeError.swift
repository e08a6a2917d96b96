/// A reason why nothing can be computed.
public enum ComputeError: Error, Equatable, Sendable {
  /// The environment variable `IMPASTO_ISA` has a value that names no set of instructions.
  case unknownInstructions(String)
  /// `IMPASTO_ISA` names a set of instructions that this processor does not have; `largest` is the
  /// largest that it has.
  case missingInstructions(InstructionSet, largest: InstructionSet)
  /// oneDNN cannot be used; the value is its reason.
  case oneDNN(String)
}

extension ComputeError: CustomStringConvertible {
  public var description: String {
    let variable = InstructionSet.variable
    switch self {
    case .unknownInstructions(let name):
      let names = InstructionSet.allCases.map(\.rawValue).joined(separator: ", ")
      return "\(variable)=\(name): no such set of instructions; expected one of \(names)"
    case .missingInstructions(let set, let largest):
      return "\(variable)=\(set.rawValue): this processor has the sets up to \(largest.rawValue); "
        + "name one of those, or leave \(variable) unset"
    case .oneDNN(let reason):
      return "\(reason); leave \(variable) unset, or install another version of oneDNN"
    }
  }
}
