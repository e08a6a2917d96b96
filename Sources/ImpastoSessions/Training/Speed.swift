/// Photos per second, of the latest step and smoothed over about twenty.
struct Speed {
  private let clock = ContinuousClock()
  private var begun = ContinuousClock.now
  private(set) var latest = 0.0
  private(set) var smoothed = 0.0

  /// Notes that a step on `photos` photos has ended.
  mutating func count(_ photos: Int) {
    latest = Double(photos) / max((clock.now - begun).inSeconds, 1e-9)
    smoothed = smoothed == 0 ? latest : smoothed * 0.95 + latest * 0.05
  }

  /// Notes that the next step begins.
  mutating func restart() { begun = clock.now }
}
