import CKernels
import COneDNN
import Glibc

/// The instructions that the arithmetic uses: those of a set, and of all sets before it.
///
/// The same work gives the same bits again and again with one set of instructions, and slightly
/// other ones with another.
public enum InstructionSet: String, CaseIterable, Codable, Comparable, Sendable {
  /// The instructions that every processor of its kind has.
  case baseline
  /// x86-64-v3: AVX2 and FMA.
  case avx2
  /// x86-64-v4: AVX-512 F, BW, CD, DQ and VL.
  case avx512
  /// AVX-512's dot products of bf16.
  case avx512BFloat16 = "avx512_bf16"
  /// Matrix units for bf16.
  case amx

  public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.order < b.order }

  /// The variable of the environment that names the set to use, by default the largest.
  package static let variable = "IMPASTO_ISA"

  /// The largest set that this processor has.
  public static let largest = all[Int(kernels_largest_instructions().rawValue)]

  /// The set in use.
  ///
  /// - Precondition: The environment names none, or one that this processor has.
  public static var current: InstructionSet {
    switch choice {
    case .success(let set): set
    case .failure(let error): preconditionFailure(error.description)
    }
  }

  /// Checks the set that the environment variable names.
  ///
  /// A program calls it first, since arithmetic itself stops where the set cannot be used.
  @discardableResult
  public static func checked() throws(ComputeError) -> InstructionSet { try choice.get() }

  /// Makes sure that loops and oneDNN use the set, before either computes.
  static func use() { _ = current }

  /// The processor for which OpenBLAS is to compute; nil where it finds out itself.
  var openBLASCore: String? {
    guard self < Self.largest else { return nil }
    return switch self {
    case .baseline: "Prescott"
    case .avx2: "Haswell"
    case .avx512: "SkylakeX"
    case .avx512BFloat16: "Cooperlake"
    case .amx: nil
    }
  }

  private static let all = allCases
  private var order: Int { Self.all.firstIndex(of: self) ?? 0 }

  /// The set that the environment variable names, put to use.
  private static let choice = Result { () throws(ComputeError) -> InstructionSet in
    let set = try named(getenv(variable).map { String(cString: $0) }, largest: largest)
    kernels_use_instructions(kernels_instructions(UInt32(set.order)))
    guard onednn_use_instructions(onednn_instructions(UInt32(set.order))) else {
      throw .oneDNN(String(cString: onednn_last_error()))
    }
    return set
  }

  /// The set that `name` names, where the processor has those up to `largest`.
  package static func named(
    _ name: String?, largest: InstructionSet
  ) throws(ComputeError) -> InstructionSet {
    guard let name, !name.isEmpty else { return largest }
    guard let set = InstructionSet(rawValue: name) else { throw .unknownInstructions(name) }
    guard set <= largest else { throw .missingInstructions(set, largest: largest) }
    return set
  }
}
