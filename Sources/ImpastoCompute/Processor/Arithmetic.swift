/// The instructions and library that the last bits of a result depend on, besides its backend.
public struct Arithmetic: Codable, Equatable, Sendable {
  /// The instructions in use.
  public let instructionSet: InstructionSet
  /// The version of oneDNN.
  public let onednn: String

  /// Creates a description.
  public init(instructionSet: InstructionSet, onednn: String) {
    (self.instructionSet, self.onednn) = (instructionSet, onednn)
  }

  /// The arithmetic of this process.
  public static var current: Arithmetic {
    Arithmetic(instructionSet: .current, onednn: OneDNNBackend.version)
  }
}

extension Arithmetic: CustomStringConvertible {
  public var description: String { "\(instructionSet.rawValue), oneDNN \(onednn)" }
}
