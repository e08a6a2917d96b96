import ArgumentParser

/// A time in a film, as the user wrote it: seconds, or minutes and hours before them.
struct TimeArgument: ExpressibleByArgument {
  let seconds: Double

  /// Reads `12.5`, `1:30` or `1:02:03.5`.
  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    let numbers = parts.compactMap(\.self)
    guard numbers.count == parts.count, (1...3).contains(numbers.count),
      numbers.allSatisfy({ $0.isFinite && $0 >= 0 }), numbers.dropFirst().allSatisfy({ $0 < 60 }),
      numbers.dropLast().allSatisfy({ $0 == $0.rounded() && $0 < 1e6 })
    else { return nil }
    seconds = numbers.reduce(0) { 60 * $0 + $1 }
    guard seconds < 1e8 else { return nil }
  }
}
