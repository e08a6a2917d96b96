import Glibc
import ImpastoCompute
import Testing

struct InstructionSetTests {
  @Test func `sets are in the order in which each holds those before it`() {
    let sets = ["baseline", "avx2", "avx512", "avx512_bf16", "amx"]
    #expect(InstructionSet.allCases.sorted().map(\.rawValue) == sets)
    #expect(InstructionSet.current <= .largest)
  }

  @Test func `the largest set is used unless a smaller one is named`() throws {
    #expect(try InstructionSet.named(nil, largest: .avx512) == .avx512)
    #expect(try InstructionSet.named("", largest: .avx2) == .avx2)
    #expect(try InstructionSet.named("avx2", largest: .amx) == .avx2)
    #expect(try InstructionSet.named("amx", largest: .amx) == .amx)
  }

  @Test func `a set that is not known or not there is refused`() {
    #expect(throws: ComputeError.unknownInstructions("AVX2")) {
      try InstructionSet.named("AVX2", largest: .amx)
    }
    #expect(throws: ComputeError.missingInstructions(.avx512, largest: .avx2)) {
      try InstructionSet.named("avx512", largest: .avx2)
    }
  }

  @Test func `a wrong choice stops arithmetic`() async {
    await #expect(processExitsWith: .failure) {
      setenv("IMPASTO_ISA", "sse2", 1)
      _ = OneDNNBackend()
    }
  }
}
