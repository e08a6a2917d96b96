import ImpastoCompute
import TestSupport
import Testing

/// The choice of instructions by the environment.
struct InstructionSetTests {
  private let program: Program

  init() throws { program = try Program(folder: TemporaryFolder()) }

  @Test func `the version names the instructions in use and oneDNN's version`() throws {
    let outcome = try program.run("--version")
    #expect(outcome.exitCode == 0)
    let set = InstructionSet.current.rawValue
    #expect(outcome.output == "0.1.0 (\(set), oneDNN \(OneDNNBackend.version))\n")
  }

  @Test(arguments: InstructionSet.allCases.filter { $0 <= .largest })
  func `each set that the processor has can be chosen`(set: InstructionSet) throws {
    var program = program
    program.environment["IMPASTO_ISA"] = set.rawValue
    let outcome = try program.run("--version")
    #expect(outcome.output.hasPrefix("0.1.0 (\(set.rawValue), oneDNN "))
  }

  @Test func `a set that there is not is refused by both programs`() throws {
    for name in ["impasto", "impasto-bench"] {
      var program = program
      program.executable = Program.path(of: name)
      program.environment["IMPASTO_ISA"] = "sse2"
      let outcome = try program.run("--version")
      #expect(outcome.exitCode == 64)
      #expect(outcome.output.isEmpty)
      #expect(
        outcome.errors.lowercased().hasPrefix(
          """
          error: impasto_isa=sse2: no such set of instructions; expected one of baseline, avx2, \
          avx512, avx512_bf16, amx

          """))
    }
  }

  @Test(
    .enabled(if: InstructionSet.largest < .amx, "this processor has all sets of instructions"))
  func `a set that the processor lacks is refused`() throws {
    var program = program
    program.environment["IMPASTO_ISA"] = "amx"
    let outcome = try program.run("--version")
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors == """
        error: IMPASTO_ISA=amx: this processor has the sets up to \
        \(InstructionSet.largest.rawValue); name one of those, or leave IMPASTO_ISA unset

        """)
  }
}
