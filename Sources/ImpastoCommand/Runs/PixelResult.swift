import Foundation
import ImpastoCompute
import ImpastoSessions

/// The result of an optimisation of pixels as JSON, with the `details` of one command.
struct PixelResult<Losses: Encodable & Sendable, Details: Encodable>: Encodable {
  let details: Details
  let output: String
  let width, height: Int
  let precision, backend: String
  let outcome: OptimizationOutcome<Losses>

  private enum Key: CodingKey {
    case output, width, height, iterations, evaluations, finished, scales, progress, animation
    case precision, backend, arithmetic, computeSeconds
  }

  func encode(to encoder: any Encoder) throws {
    try details.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(output, forKey: .output)
    try container.encode(width, forKey: .width)
    try container.encode(height, forKey: .height)
    try container.encode(outcome.iterations, forKey: .iterations)
    try container.encode(outcome.evaluations, forKey: .evaluations)
    try container.encode(outcome.isFinished, forKey: .finished)
    try container.encode(outcome.scales, forKey: .scales)
    // Left out where no progress was asked for.
    try container.encodeIfPresent(outcome.progress?.folder, forKey: .progress)
    try container.encodeIfPresent(outcome.progress?.animation, forKey: .animation)
    try container.encode(precision, forKey: .precision)
    try container.encode(backend, forKey: .backend)
    try container.encode(Arithmetic.current, forKey: .arithmetic)
    try container.encode(outcome.computeTime.inSeconds, forKey: .computeSeconds)
  }
}
