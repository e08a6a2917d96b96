package import ImpastoTensors
package import Testing

/// Expects two tensors to have the same shape and nearly the same numbers.
///
/// - Parameters:
///   - tolerance: The largest difference allowed, as a share of the largest expected magnitude.
package func expectAgreement(
  _ actual: Tensor?, _ expected: Tensor, within tolerance: Float, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let actual else {
    Issue.record("\(what) was not computed", sourceLocation: sourceLocation)
    return
  }
  guard actual.shape == expected.shape else {
    Issue.record(
      "\(what) is \(actual.shape) instead of \(expected.shape)", sourceLocation: sourceLocation)
    return
  }
  let (found, wanted) = (actual.scalars, expected.scalars)
  let scale = wanted.map(abs).max() ?? 0
  var (worst, place) = (Float(0), 0)
  for (index, (a, b)) in zip(found, wanted).enumerated() where !(abs(a - b) <= worst) {
    (worst, place) = (abs(a - b), index)
    if worst.isNaN { break }
  }
  #expect(
    worst <= tolerance * scale,
    """
    \(what) is off by \(worst / scale) of its scale \(scale): scalar \(place) of \(actual.shape) \
    is \(found[place]) instead of \(wanted[place]). \
    If PyTorch's numbers are stale: python3 Tests/Fixtures/generate.py
    """, sourceLocation: sourceLocation)
}
