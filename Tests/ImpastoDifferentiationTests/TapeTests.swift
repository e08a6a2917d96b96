import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors
import TestSupport
import Testing

@Suite struct TapeTests {
  private let backend: any ComputeBackend = OneDNNBackend(threads: ThreadBudget(count: 1))
  private let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 3, 3, 1])
  private let filter = ConvolutionFilter(Tensor([2], shape: [1, 1, 1, 1]))

  @Test func `a tape that does not record keeps no gradients`() {
    let tape = Tape(backend: backend, isRecording: false)
    let parameter = tape.parameter(image)
    let frozen = FilterVariable(filter, isTrainable: true, on: tape)
    let result = parameter.convolved(with: frozen).totalVariation()
    tape.differentiate(result)
    #expect(parameter.gradient == nil)
    #expect(frozen.gradient == nil)
    // Six pairs side by side differ by 2, six pairs one above the other by 6.
    #expect(result.value.scalars == [Float(6 * 4 + 6 * 36) / 9])
  }

  @Test func `constants and frozen filters get no gradients`() {
    let tape = Tape(backend: backend, isRecording: true)
    let (constant, parameter) = (tape.constant(image), tape.parameter(image))
    let frozen = FilterVariable(filter, isTrainable: false, on: tape)
    tape.differentiate(
      Variable.weightedSum(
        [constant, parameter].map { ($0.convolved(with: frozen).totalVariation(), [1]) }, on: tape))
    #expect(constant.gradient == nil)
    #expect(frozen.gradient == nil)
    #expect(parameter.gradient != nil)
  }

  @Test func `a trainable filter gets its gradient although its input is constant`() {
    let tape = Tape(backend: backend, isRecording: true)
    let trained = FilterVariable(filter, isTrainable: true, on: tape)
    let output = tape.constant(image).convolved(with: trained)
    tape.differentiate(output.weighted(by: Tensor(repeating: 1, shape: output.shape)))
    #expect(trained.gradient?.scalars == [45])
  }

  @Test func `a parameter without influence has no gradient`() {
    let tape = Tape(backend: backend, isRecording: true)
    let (used, unused) = (tape.parameter(image), tape.parameter(image))
    _ = unused.maxPooled()
    tape.differentiate(used.totalVariation())
    #expect(used.gradient != nil)
    #expect(unused.gradient == nil)
  }

  @Test func `gradients of a value used twice add up`() {
    let tape = Tape(backend: backend, isRecording: true)
    let parameter = tape.parameter(image)
    let cotangents = [Float(2), 3].map { Tensor(repeating: $0, shape: image.shape) }
    tape.differentiate(
      Variable.weightedSum(
        cotangents.map { (parameter.padded(Frame()).weighted(by: $0), [10]) }, on: tape))
    #expect(parameter.gradient?.scalars == [Float](repeating: 50, count: 9))
  }

  @Test func `differentiation sums over the scalars of the result`() {
    let tape = Tape(backend: backend, isRecording: true)
    let parameter = tape.parameter(image)
    tape.differentiate(parameter.padded(Frame(padding: 1)))
    // The middle row and column are mirrored on both sides, the corners on none.
    #expect(parameter.gradient?.scalars == [1, 3, 1, 3, 9, 3, 1, 3, 1])
  }

  /// Holds on every set of instructions.
  @Test(arguments: GradientCase.all)
  func `a computation repeated gives the same bits`(_ row: GradientCase) throws {
    for backend in backends {
      let first = try bits(of: row, on: backend)
      #expect(try bits(of: row, on: backend) == first, "\(row.name) on \(backend.name)")
    }
  }

  /// Holds on every set of instructions.
  @Test(arguments: Operation.all.filter { !$0.isProduct }.flatMap(\.cases))
  func `fused loops give the same bits on any number of threads`(_ row: GradientCase) throws {
    let single = try bits(of: row, on: OneDNNBackend(threads: ThreadBudget(count: 1)))
    for count in 2...3 {
      let several = try bits(of: row, on: OneDNNBackend(threads: ThreadBudget(count: count)))
      #expect(several == single, "\(row.name) on \(count) threads")
    }
  }

  @Test func `a mean far above the deviation leaves the normalization precise`() {
    var random = RandomSource(seed: 3)
    let scalars = (0..<63).map { _ in 100 + 3 * random.normal() }
    let tape = Tape(backend: backend, isRecording: false)
    let output = tape.constant(Tensor(scalars, shape: [1, 7, 9, 1])).instanceNormalized(
      scale: tape.constant(Tensor([1], shape: [1, 1])),
      shift: tape.constant(Tensor([0], shape: [1, 1])))

    let mean = scalars.reduce(0) { $0 + Double($1) } / 63
    let variance = scalars.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 63
    let expected = scalars.map { Float((Double($0) - mean) / (variance + 1e-5).squareRoot()) }
    expectAgreement(
      output.value, Tensor(expected, shape: [1, 7, 9, 1]), within: 5e-4, "the normalized image")
  }

  private func bits(of row: GradientCase, on backend: any ComputeBackend) throws -> [UInt32] {
    let tape = Tape(backend: backend, isRecording: true)
    let operands = Operands(row.drawOperands(), parameters: row.parameters, on: tape)
    let output = try row.computation(operands)
    tape.differentiate(output.weighted(by: row.drawCotangent(output.shape)))
    let gradients = row.parameters.sorted().compactMap { operands.gradients[$0]?() }
    return ([output.value] + gradients).flatMap { $0.scalars.map(\.bitPattern) }
  }
}
