import Dispatch
import Foundation
import Synchronization

/// Notices Ctrl-C and a request to terminate, so that work can end in good order.
///
/// A second signal of the same kind ends the process at once.
final class StopSignal: Sendable {
  private final class Flag: Sendable {
    let isRaised = Atomic(false)
  }

  private let flag = Flag()
  // Touched by no one between the beginning and the end.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

  init() {
    sources = [SIGINT, SIGTERM].map { [flag] number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        signal(number, SIG_DFL)
        flag.isRaised.store(true, ordering: .relaxed)
      }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }

  /// Whether a signal has arrived.
  var isRaised: Bool { flag.isRaised.load(ordering: .relaxed) }
}
