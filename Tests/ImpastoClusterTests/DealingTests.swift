import ImpastoCluster
import Synchronization
import Testing

struct DealingTests {
  /// Numbers that come only when they have been waited for.
  private final class Numbers: WorkLedger {
    /// What is told next: nil for a pause.
    private let rest: Mutex<[Int?]>
    private let done = Mutex<[Int]>([])

    init(_ numbers: [Int?]) { rest = Mutex(numbers) }

    var squares: [Int] { done.withLock(\.self) }
    var isOpen: Bool { rest.withLock { !$0.isEmpty } }
    func next() -> Int? { rest.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    func record(_ outcome: Int) { done.withLock { $0.append(outcome) } }
  }

  @Test func `pieces that are not there yet are waited for`() throws {
    let numbers = Numbers([1, nil, 2, nil, nil, 3])
    var waits = 0
    try Communicator.alone.share(numbers, whileWaiting: { waits += 1 }) { $0 * $0 }
    #expect(numbers.squares == [1, 4, 9])
    #expect(waits == 3)
  }
}
