import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors
import TestSupport
import Testing

@Suite struct GradientTests {
  @Test(arguments: GradientCase.all)
  func `gradients agree with finite differences`(_ row: GradientCase) throws {
    for backend in backends {
      let operands = row.drawOperands()
      let (cotangent, gradients) = try gradients(of: row, operands, on: backend)
      for name in row.parameters {
        let gradient = try #require(gradients[name] ?? nil, "no gradient of \(name)").scalars
        try checkSlopes(of: row, by: name, gradient, operands, cotangent, on: backend)
      }
    }
  }

  @Test(arguments: GradientCase.all)
  func `backends agree`(_ row: GradientCase) throws {
    let operands = row.drawOperands()
    let results = try backends.map { backend in
      let tape = Tape(backend: backend, isRecording: false)
      return try row.computation(Operands(operands, parameters: [], on: tape)).value
    }
    let allGradients = try backends.map { try gradients(of: row, operands, on: $0).gradients }
    for index in backends.indices.dropFirst() {
      let name = backends[index].name
      expectAgreement(results[index], results[0], within: 3e-6, "\(row.name): output on \(name)")
      for (parameter, gradient) in allGradients[index] {
        let expected = try #require(allGradients[0][parameter] ?? nil)
        expectAgreement(
          gradient, expected, within: 1e-5, "\(row.name): gradient of \(parameter) on \(name)")
      }
    }
  }

  private func gradients(
    of row: GradientCase, _ operands: [String: Tensor], on backend: any ComputeBackend
  ) throws -> (cotangent: Tensor, gradients: [String: Tensor?]) {
    let tape = Tape(backend: backend, isRecording: true)
    let variables = Operands(operands, parameters: row.parameters, on: tape)
    let output = try row.computation(variables)
    let cotangent = row.drawCotangent(output.shape)
    tape.differentiate(output.weighted(by: cotangent))
    return (cotangent, variables.gradients.mapValues { $0() })
  }

  /// Moves scalars of one operand one by one, and compares the change of the loss.
  private func checkSlopes(
    of row: GradientCase, by name: String, _ gradient: [Float], _ operands: [String: Tensor],
    _ cotangent: Tensor, on backend: any ComputeBackend
  ) throws {
    func loss(_ index: Int, moved distance: Float) throws -> Double {
      var operands = operands
      if let operand = operands[name] {
        var scalars = operand.scalars
        scalars[index] += distance
        operands[name] = Tensor(scalars, shape: operand.shape)
      }
      let tape = Tape(backend: backend, isRecording: false)
      let output = try row.computation(Operands(operands, parameters: [], on: tape)).value
      return zip(output.scalars, cotangent.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    func slope(_ index: Int, step: Float) throws -> Double {
      try (loss(index, moved: step) - loss(index, moved: -step)) / Double(2 * step)
    }

    let most = 48
    let coordinates = Array(
      stride(from: 0, to: gradient.count, by: max(1, gradient.count / most)))
    let scale = max(Double(gradient.map(abs).max() ?? 0), 0.01)
    var passedOver = 0
    for index in coordinates {
      let measured = try slope(index, step: row.step)
      if row.hasKinks,
        try abs(measured - slope(index, step: row.step / 2)) > row.tolerance * scale
      {
        passedOver += 1
        continue
      }
      let difference = abs(measured - Double(gradient[index]))
      #expect(
        difference <= row.tolerance * scale,
        """
        \(row.name) on \(backend.name): the gradient by scalar \(index) of \(name) is \
        \(gradient[index]), the slope \(measured); the largest gradient is \(scale)
        """)
    }
    #expect(
      passedOver * 4 <= coordinates.count,
      "\(row.name): \(passedOver) of \(coordinates.count) scalars of \(name) lie at kinks")
  }
}
