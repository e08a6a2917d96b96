import Dispatch
import Synchronization

/// A queue of limited length between a thread that makes things and one that uses them.
final class FrameQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var isEnded = false
    var isAbandoned = false
  }

  private let state = Mutex(State())
  private let places = DispatchSemaphore(value: 0)
  private let changes = DispatchSemaphore(value: 0)
  /// Indicates whether an element that nobody has taken yet makes way for the next.
  private let keepsNewest: Bool

  /// Creates a queue of at most `length` elements.
  init(length: Int, keepsNewest: Bool = false) {
    self.keepsNewest = keepsNewest
    for _ in 0..<length { places.signal() }
  }

  /// Appends an element, as soon as there is room.
  ///
  /// - Returns: Whether anybody may still take it.
  func append(_ element: Element) -> Bool {
    if !keepsNewest { places.wait() }
    let (isNew, isWanted) = state.withLock { state in
      if state.isAbandoned { return (false, false) }
      if keepsNewest, !state.elements.isEmpty {
        state.elements = [element]
        return (false, true)
      }
      state.elements.append(element)
      return (true, true)
    }
    if isNew { changes.signal() }
    return isWanted
  }

  /// Says that no more elements come.
  func end() {
    state.withLock { $0.isEnded = true }
    changes.signal()
  }

  /// Takes the first element, as soon as there is one.
  ///
  /// - Returns: nil once there are no more.
  func next() -> Element? {
    changes.wait()
    let element = state.withLock { $0.elements.isEmpty ? nil : $0.elements.removeFirst() }
    if element == nil { changes.signal() } else if !keepsNewest { places.signal() }
    return element
  }

  /// Says that no more elements are taken.
  func abandon() {
    state.withLock {
      $0.isAbandoned = true
      $0.elements = []
    }
    places.signal()
  }
}
