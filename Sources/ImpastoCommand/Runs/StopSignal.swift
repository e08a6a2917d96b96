import CDispatch  // Declares timespec first, which its members are then found by.
import Foundation
import Synchronization

/// The signals that ask a program to end, caught while there is work to save or to take back:
/// Ctrl-C, a request to terminate, the end of the terminal.
///
/// A signal is only recorded, and the work checks for it. A second one ends the process at once.
struct StopSignal: Sendable {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  /// The first signal: the milliseconds at which it came, and in the lowest 8 bits its number.
  private static let arrival = Atomic(0)
  private static let isCatching = Atomic(false)

  /// The milliseconds for which further signals are taken for the same one.
  ///
  /// A terminal that closes, and programs such as `timeout` that pass signals on, send one several
  /// times in a row.
  private static let repetition = 500

  private static let note: @convention(c) (Int32) -> Void = { number in
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let time = now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    let (isFirst, first) = StopSignal.arrival.compareExchange(
      expected: 0, desired: time << 8 | Int(number), ordering: .relaxed)
    if isFirst || time - first >> 8 < StopSignal.repetition { return }
    // Delivered when this returns.
    signal(number, SIG_DFL)
    raise(number)
  }

  private init() {}

  /// Unblocks the signals, if the program was started with them blocked: threads that start programs
  /// often block them, and programs inherit that.
  static func unblock() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in numbers { sigaddset(&signals, number) }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Runs `body` while signals are recorded, and then restores their previous handling.
  ///
  /// A signal that was ignored stays so, as `nohup` and the background of a shell want it. After
  /// one that has arrived they go on being noted: its repetitions must not end the process before
  /// it has said how its work ended.
  ///
  /// Within another call, only that one catches and restores.
  static func caught<Result>(during body: (StopSignal) throws -> Result) rethrows -> Result {
    if isCatching.exchange(true, ordering: .relaxed) { return try body(StopSignal()) }
    defer { isCatching.store(false, ordering: .relaxed) }
    arrival.store(0, ordering: .relaxed)
    let before = numbers.map { number in
      var action = sigaction()
      sigaction(number, nil, &action)
      return (number, action)
    }.filter { !isIgnored($1) }
    var action = sigaction()
    action.__sigaction_handler.sa_handler = note
    action.sa_flags = SA_RESTART
    for (number, _) in before { sigaction(number, &action, nil) }
    let stop = StopSignal()
    defer {
      if !stop.isRaised { for (number, var action) in before { sigaction(number, &action, nil) } }
    }
    return try body(stop)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Indicates whether a signal has arrived.
  var isRaised: Bool { Self.arrival.load(ordering: .relaxed) != 0 }

  /// The end of a command that a signal of the last ``caught(during:)`` asked for; nil where none came.
  static var pending: Interruption? {
    let stop = StopSignal()
    return stop.isRaised ? stop.interruption() : nil
  }

  /// The end of a command that a signal has stopped.
  ///
  /// A rank that was stopped because another got a signal ends as by `SIGTERM`.
  ///
  /// - Parameter reason: What is to be said of it, unless all has been said.
  func interruption(_ reason: CommandError? = nil) -> Interruption {
    let number = Int32(Self.arrival.load(ordering: .relaxed) & 0xFF)
    return Interruption(number: number == 0 ? SIGTERM : number, reason: reason)
  }
}

/// The end of a command that a signal has stopped before all was done.
struct Interruption: LocalizedError {
  /// The number of the signal.
  let number: Int32
  let reason: CommandError?

  var errorDescription: String? { reason?.description }

  /// Ends the process by the signal itself, which tells a shell not to go on either.
  func end() -> Never {
    signal(number, SIG_DFL)
    raise(number)
    // The first process of a container does not die of it.
    exit(128 + number)
  }
}
