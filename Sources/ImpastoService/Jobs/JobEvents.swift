/// The newest events of a job, and those who follow them.
struct JobEvents {
  /// The most events that are kept.
  static let limit = 64

  private var events: [JobEvent] = []
  private var followers: [Int: AsyncStream<JobEvent>.Continuation] = [:]

  /// Indicates whether nothing has happened yet.
  var isEmpty: Bool { events.isEmpty }

  /// Keeps an event and tells all who follow.
  mutating func append(_ event: JobEvent) {
    events = events.suffix(Self.limit - 1) + [event]
    for follower in followers.values { follower.yield(event) }
  }

  /// Ends all streams.
  func finish() {
    for follower in followers.values { follower.finish() }
  }

  /// Begins to follow with the events after `number`, or the newest where there is no number.
  ///
  /// - Parameter key: The name of the follower.
  mutating func follow(
    _ key: Int, after number: Int?
  ) -> (
    stream: AsyncStream<JobEvent>, follower: AsyncStream<JobEvent>.Continuation
  ) {
    // Each event says all; whoever is slow misses some.
    let (stream, follower) = AsyncStream.makeStream(
      of: JobEvent.self, bufferingPolicy: .bufferingNewest(Self.limit))
    let missed = number.map { number in events.filter { $0.number > number } }
    for event in missed ?? events.suffix(1) { follower.yield(event) }
    followers[key] = follower
    return (stream, follower)
  }

  /// Forgets a follower.
  mutating func unfollow(_ key: Int) { followers[key] = nil }
}
