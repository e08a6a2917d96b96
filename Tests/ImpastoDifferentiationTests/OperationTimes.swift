import Foundation
import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors
import Testing

/// How long operations take, printed and not judged: `IMPASTO_TIME_OPERATIONS=1 swift test …`.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["IMPASTO_TIME_OPERATIONS"] != nil,
    "only asked for by IMPASTO_TIME_OPERATIONS"))
struct OperationTimes {
  @Test(arguments: Operation.all.map(\.name))
  func `times of an operation and its gradient`(name: String) throws {
    let operation = try #require(Operation.all.first { $0.name == name })
    let operands = GradientCase.draw(operation.timing.operands)
    let parameters = Set(operation.timing.operands.filter(\.isParameter).map(\.name))
    for backend in backends {
      var (forward, backward) = (Duration.seconds(1000), Duration.seconds(1000))
      for _ in 0..<7 {
        let clock = ContinuousClock()
        let tape = Tape(backend: backend, isRecording: true)
        let begun = clock.now
        let output = try operation.timing.computation(
          Operands(operands, parameters: parameters, on: tape))
        let computed = clock.now
        // Adds little to the time of the gradient.
        let shape = output.shape
        let energy = output.squaredError(
          to: Tensor(zeros: shape), factors: [Float](repeating: 1, count: shape[0])
        ).summed()
        let weighed = clock.now
        tape.differentiate(energy)
        forward = min(forward, computed - begun)
        backward = min(backward, clock.now - weighed)
      }
      func text(_ time: Duration) -> String { String(format: "%9.3f ms", time / .milliseconds(1)) }
      let title = "\(name), \(backend.name)".padding(toLength: 36, withPad: " ", startingAt: 0)
      print("\(title) \(text(forward))  gradient \(text(backward))")
    }
  }
}
