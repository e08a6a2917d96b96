extension Duration {
  /// The duration as a number of seconds.
  package var inSeconds: Double { self / .seconds(1) }
}
