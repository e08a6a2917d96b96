/// What the last bits of a result depend on, besides what is computed and by which backend.
public struct Arithmetic: Codable, Equatable, Sendable {
  /// The instructions in use.
  public let instructionSet: InstructionSet
  /// The version of oneDNN.
  public let onednn: String

  /// Creates a description.
  public init(instructionSet: InstructionSet, onednn: String) {
    (self.instructionSet, self.onednn) = (instructionSet, onednn)
  }

  /// What this process computes with.
  public static var current: Arithmetic {
    Arithmetic(instructionSet: .current, onednn: OneDNNBackend.version)
  }
}

extension Arithmetic: CustomStringConvertible {
  public var description: String { "\(instructionSet.rawValue), oneDNN \(onednn)" }
}
