extension Int {
  /// This many things: `1 photo`, `2 photos`.
  package func of(_ thing: String) -> String { "\(self) \(thing)\(self == 1 ? "" : "s")" }
}
