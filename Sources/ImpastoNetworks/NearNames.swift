/// The names that one that does not exist may have been meant for.
enum NearNames {
  /// Up to three of `names` that are within a third of their letters of `name`, or contain it.
  static func nearest(to name: String, in names: [String]) -> [String] {
    names.map { ($0, $0.contains(name) ? 0 : editDistance(name, $0)) }
      .filter { $0.1 <= max(2, max(name.count, $0.0.count) / 3) }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
      .prefix(3).map(\.0)
  }

  /// The insertions, deletions and substitutions that make one word of another.
  ///
  /// Source: Levenshtein 1966.
  private static func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let substituted = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
