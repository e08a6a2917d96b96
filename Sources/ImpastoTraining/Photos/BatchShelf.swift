import Dispatch
import Foundation
import Synchronization

/// The few batches between the thread that loads them and the one that uses them.
final class BatchShelf: Sendable {
  private struct State {
    var batches: [Result<LoadedBatch, TrainingError>] = []
    var skipped: [Int: SkippedPhoto] = [:]
    /// By their bytes: names of files that only look alike are different.
    var warnings: [Data: String] = [:]
    var isClosed = false
  }

  private static let capacity = 3
  private let state = Mutex(State())
  private let filled = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)

  init() { for _ in 0..<Self.capacity { room.signal() } }

  var skipped: [SkippedPhoto] {
    state.withLock { $0.skipped.sorted { $0.key < $1.key }.map(\.value) }
  }

  var warnings: [String] { state.withLock { $0.warnings.values.sorted() } }

  /// Waits until a batch fits; false when no more are wanted.
  func awaitRoom() -> Bool {
    room.wait()
    return state.withLock { !$0.isClosed }
  }

  func put(_ batch: Result<LoadedBatch, TrainingError>) {
    state.withLock { $0.batches.append(batch) }
    filled.signal()
  }

  /// Waits for a batch; false where there is none after that time.
  func awaitBatch(for time: DispatchTimeInterval) -> Bool {
    filled.wait(timeout: .now() + time) == .success
  }

  /// Takes a batch that has been waited for.
  func take() throws(TrainingError) -> LoadedBatch {
    let result = state.withLock { $0.batches.removeFirst() }
    room.signal()
    let loaded = try result.get()
    note(skipped: loaded.skipped, warnings: loaded.warnings)
    return loaded
  }

  /// Keeps what was found wrong with photos.
  func note(skipped: [Int: SkippedPhoto], warnings: [String]) {
    state.withLock { state in
      state.skipped.merge(skipped) { $1 }
      for warning in warnings { state.warnings[Data(warning.utf8)] = warning }
    }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    room.signal()
  }
}
