import Foundation
import ImpastoVideo
import Synchronization

/// The requests to a job at work, whose processes run one after the other.
final class JobControl: Sendable {
  /// The things that can be asked of a job, of which a later one takes the place of those before.
  enum Request: Int, Sendable {
    /// To stop a training early and keep what it has learned.
    case finish
    /// To save what is needed to go on later, and end.
    case drain
    /// To end at once.
    case cancel
  }

  private struct State {
    var process: ChildProcess?
    var request: Request?
    /// Indicates whether the process has come so far that stopping early leaves something to keep.
    var hasResult = false
    var isSent = false
  }

  private let state: Mutex<State>

  /// The time that a process has to save and end.
  private static let patience = Duration.seconds(8)

  init(_ request: Request? = nil) { state = Mutex(State(request: request)) }

  /// The request that came, if any did.
  var request: Request? { state.withLock { $0.request } }

  /// Asks for something.
  func ask(_ request: Request) {
    state.withLock { state in
      if let earlier = state.request, earlier.rawValue >= request.rawValue { return }
      (state.request, state.isSent) = (request, false)
      Self.send(&state)
    }
  }

  /// Leads `process` from now on.
  func lead(_ process: ChildProcess) {
    state.withLock { state in
      (state.process, state.hasResult, state.isSent) = (process, false, false)
      Self.send(&state)
    }
  }

  /// Notes that the process has come so far that stopping early leaves something to keep.
  func noteResult() {
    state.withLock { state in
      state.hasResult = true
      Self.send(&state)
    }
  }

  /// Leads nothing any more, and takes back a request to finish.
  ///
  /// - Returns: Whether that was asked for.
  func release() -> Bool {
    state.withLock { state in
      state.process = nil
      guard state.request == .finish else { return false }
      state.request = nil
      return true
    }
  }

  /// Sends the process the signal for what is asked, once.
  private static func send(_ state: inout State) {
    guard let request = state.request, let process = state.process, !state.isSent else { return }
    switch request {
    case .finish:
      guard state.hasResult else { return }
      process.send(SIGINT)
    case .drain:
      process.send(SIGTERM)
      Task {
        try? await Task.sleep(for: patience)
        process.kill()
      }
    case .cancel: process.kill()
    }
    state.isSent = true
  }
}
