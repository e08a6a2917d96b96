import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors
import TestSupport
import Testing

@Suite struct OperationTests {
  @Test func `PyTorch has numbers for every operation that takes them, and for no other`() {
    let expected = Operation.all.filter { $0.reference != nil }.map(\.name)
    #expect(Set(Fixture.all.map(\.operation.name)) == Set(expected))
    #expect(Fixture.all.count == 70)
  }

  @Test func `operations have different names, and cases too`() {
    for names in [Operation.all.map(\.name), GradientCase.all.map(\.name)] {
      #expect(Set(names).count == names.count)
    }
  }

  @Test(arguments: Fixture.all)
  func `in f32 every backend computes what PyTorch computes`(_ fixture: Fixture) throws {
    for backend in backends {
      try compare(fixture, on: backend, as: .float32, output: 3e-6, gradients: 2e-5)
    }
  }

  @Test(
    .enabled(if: OneDNNBackend.hasBFloat16Arithmetic, "this processor does not compute in bf16"),
    arguments: Fixture.all)
  func `in bf16 results stay near those of PyTorch`(_ fixture: Fixture) throws {
    guard fixture.operation.takesBFloat16 else { return }
    for backend in backends where backend.supports(.bfloat16) {
      try compare(fixture, on: backend, as: .bfloat16, output: 0.02, gradients: 0.06)
    }
  }

  private func compare(
    _ fixture: Fixture, on backend: any ComputeBackend, as type: ScalarType,
    output outputTolerance: Float, gradients gradientTolerance: Float
  ) throws {
    let activations: Set<String> = ["input", "residual", "target"]
    var operands = fixture.operands
    for name in activations {
      operands[name] = operands[name].map { backend.kernels.convert($0, to: type) }
    }
    let expected = fixture.gradients
    let tape = Tape(backend: backend, isRecording: true)
    let variables = Operands(operands, parameters: Set(expected.keys), on: tape)
    let output = try fixture.computation(variables)
    expectAgreement(
      output.value, try fixture["output"], within: outputTolerance,
      "\(fixture.name): output on \(backend.name)")

    tape.differentiate(output.weighted(by: try fixture["cotangent"]))
    for (name, gradient) in expected {
      expectAgreement(
        variables.gradients[name]?(), gradient, within: gradientTolerance,
        "\(fixture.name): gradient of \(name) on \(backend.name)")
    }
  }
}
