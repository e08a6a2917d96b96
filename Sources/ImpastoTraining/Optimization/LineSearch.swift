/// Finds how far to go along a direction in which a function falls.
///
/// The step that it looks for meets the strong Wolfe conditions: the function falls by at least
/// 10⁻⁴ of what its slope promised, and what remains of the slope is at most nine tenths.
///
/// Source: Nocedal, Wright 2006, algorithms 3.5 and 3.6, steps chosen by their equation 3.59.
package struct LineSearch {
  /// c₁ of the condition on the value.
  static let minimumDecrease = 1e-4
  /// c₂ of the condition on the slope.
  static let maximumSlope = 0.9
  /// Tries after which the best step so far is taken.
  package static let maximumTries = 12

  /// The function at one place along the direction.
  package struct Sample<Place> {
    package let step: Double
    package let value: Double
    /// The derivative by the step.
    package let slope: Double
    package let place: Place

    package init(step: Double, value: Double, slope: Double, place: Place) {
      self.step = step
      self.value = value
      self.slope = slope
      self.place = place
    }
  }

  /// Searches from `start`, whose step is 0 and whose slope is negative.
  ///
  /// - Parameters:
  ///   - firstStep: The step that is tried first.
  ///   - sample: Evaluates the function after a step. Values may be infinite or NaN, which only
  ///     says that the step was too long.
  /// - Returns: A sample that meets the conditions, else the lowest found that meets that on the
  ///   value, else nil.
  package static func search<Place, Failure: Error>(
    from start: Sample<Place>, firstStep: Double,
    sample: (Double) throws(Failure) -> Sample<Place>
  ) throws(Failure) -> Sample<Place>? {
    var tries = maximumTries
    var previous = start
    var step = firstStep
    while tries > 0 {
      tries -= 1
      let current = try sample(step)
      guard hasFallen(current, start), previous.step == 0 || current.value < previous.value else {
        return try zoom(previous, current, start: start, tries: &tries, sample: sample)
      }
      if abs(current.slope) <= -maximumSlope * start.slope { return current }
      if current.slope >= 0 {
        return try zoom(current, previous, start: start, tries: &tries, sample: sample)
      }
      let next = minimum(previous, current) ?? .infinity
      step = min(max(next, 2 * current.step), 10 * current.step)
      previous = current
    }
    return previous.step > 0 ? previous : nil
  }

  /// Searches between two steps, of which `low` has the lowest value found so far and a slope that
  /// points towards `high`.
  private static func zoom<Place, Failure: Error>(
    _ low: Sample<Place>, _ high: Sample<Place>, start: Sample<Place>, tries: inout Int,
    sample: (Double) throws(Failure) -> Sample<Place>
  ) throws(Failure) -> Sample<Place>? {
    var (low, high) = (low, high)
    while tries > 0 {
      tries -= 1
      // Kept off the ends, so that the interval shrinks by a tenth at least.
      let (first, last) = (min(low.step, high.step), max(low.step, high.step))
      let margin = 0.1 * (last - first)
      let step = minimum(low, high) ?? (first + last) / 2
      let current = try sample(min(max(step, first + margin), last - margin))
      guard hasFallen(current, start), current.value < low.value else {
        high = current
        continue
      }
      if abs(current.slope) <= -maximumSlope * start.slope { return current }
      if current.slope * (high.step - low.step) >= 0 { high = low }
      low = current
    }
    return low.step > 0 ? low : nil
  }

  /// The condition on the value.
  private static func hasFallen<Place>(_ sample: Sample<Place>, _ start: Sample<Place>) -> Bool {
    sample.value <= start.value + minimumDecrease * sample.step * start.slope
  }

  /// The minimum of the cubic through two samples; nil where it has none.
  private static func minimum<Place>(_ a: Sample<Place>, _ b: Sample<Place>) -> Double? {
    let d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step)
    let radicand = d1 * d1 - a.slope * b.slope
    guard radicand >= 0, radicand.isFinite else { return nil }
    let d2 = b.step > a.step ? radicand.squareRoot() : -radicand.squareRoot()
    let step = b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    return step.isFinite ? step : nil
  }
}
