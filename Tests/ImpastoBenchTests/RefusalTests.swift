import ImpastoCompute
import TestSupport
import Testing

/// What `impasto-bench` says of a command line that it cannot do.
struct RefusalTests {
  private func expectError(_ message: String, _ arguments: String...) throws {
    let outcome = try BenchProgram.run(arguments)
    #expect(outcome.exitCode == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("Error: \(message)\n"), "\(outcome.errors)")
  }

  @Test func `more threads than processors are refused`() throws {
    let processors = ThreadBudget.available.count
    try expectError(
      "--threads 10000: expected 1 to \(processors), the processors here", "--threads", "10000")
    try expectError(
      "--threads -1: expected 1 to \(processors), the processors here", "--threads", "-1")
  }

  @Test func `sizes that cannot be painted are refused`() throws {
    for list in ["15", "256,x", "256,", "16001", ""] {
      try expectError(
        """
        The value '\(list)' is invalid for '--size <n,n,…>': \
        expected numbers from 16 to 16000, joined by commas
        """, "--size", list)
    }
  }

  @Test func `numbers of runs and of busy processes out of range are refused`() throws {
    try expectError("--runs 0: expected a number from 1 to 10000", "--runs", "0")
    try expectError("--busy -2: expected a number from 1 to 1000", "--busy", "-2")
  }

  @Test(.disabled(if: OneDNNBackend.hasBFloat16Arithmetic))
  func `bf16 is refused where the instructions lack it`() throws {
    let has =
      "the instructions in use (\(InstructionSet.current.rawValue)) do not compute in bf16"
    try expectError("--precision bf16: \(has)", "--precision", "bf16")
    try expectError(
      "--only accuracy: compares bf16 with f32, and \(has)", "--only", "accuracy")
  }

  @Test(.enabled(if: OneDNNBackend.hasBFloat16Arithmetic))
  func `accuracy needs a folder of photos`() throws {
    try expectError(
      "--only accuracy: name a folder of photos with --photos", "--only", "accuracy")
  }

  @Test(arguments: [
    (
      ["--size", "64", "--only", "train"],
      "kernels, convolutions, stylize, growth, neighbours, video"
    ),
    (
      ["--precision", "f32", "--only", "ceilings"],
      "kernels, convolutions, stylize, train, growth, neighbours"
    ),
    (
      ["--runs", "2", "--only", "ceilings"],
      "kernels, convolutions, stylize, train, growth, neighbours"
    ),
    (["--photo", "a.jpg", "--only", "growth"], "stylize, train, neighbours"),
    (["--busy", "1"], "neighbours"),
    (["--busy", "1", "--only", "stylize"], "neighbours"),
    (["--photos", "photos"], "accuracy, video"),
    (["--styles", "waves"], "accuracy, video"),
    (["--paintings", "styles"], "video"),
    (["--model", "m.safetensors", "--only", "growth"], "accuracy, video"),
  ])
  func `what would have no effect is refused`(_ arguments: [String], sections: String) throws {
    let outcome = try BenchProgram.run(arguments)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix(
        "Error: \(arguments[0]): has no effect here; it is for --only \(sections)\n"),
      "\(outcome.errors)")
  }

  @Test func `a photo that is missing is named`() throws {
    let outcome = try BenchProgram.run(["--photo", "/missing/photo.jpg"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "Error: /missing/photo.jpg: no such file; check the name and the folder\n")
  }
}
