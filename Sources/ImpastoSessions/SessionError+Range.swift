extension SessionError {
  /// Refuses a number that a setting cannot have.
  package static func check<Value: Comparable>(
    _ setting: String, _ value: Value?, _ range: ClosedRange<Value>
  ) throws(SessionError) {
    guard let value, !range.contains(value) else { return }
    func text(_ bound: Value) -> String {
      let text = "\(bound)"
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    throw .outOfRange(
      setting: setting, value: "\(value)",
      expected: "a number from \(text(range.lowerBound)) to \(text(range.upperBound))")
  }

  /// Refuses a count that is not 1 or more.
  package static func check(_ setting: String, _ value: Int?) throws(SessionError) {
    guard let value, value < 1 else { return }
    throw .outOfRange(setting: setting, value: "\(value)", expected: "1 or more")
  }
}
