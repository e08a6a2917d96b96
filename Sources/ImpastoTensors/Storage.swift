import Glibc
import Synchronization

/// A 64-byte-aligned block of memory that returns to a pool when its last owner releases it.
///
/// The steps of a training run and the layers of a stylisation ask for the same sizes again and
/// again; fresh pages from the system would cost more than the kernels that fill them.
final class Storage: @unchecked Sendable {  // Written only while uniquely referenced.
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    base = StoragePool.shared.take(capacity: StoragePool.capacity(for: byteCount))
  }

  deinit { StoragePool.shared.give(base, capacity: StoragePool.capacity(for: byteCount)) }
}

/// Free blocks by capacity.
final class StoragePool: Sendable {
  static let shared = StoragePool()

  private struct FreeBlock: @unchecked Sendable { let base: UnsafeMutableRawPointer }
  private let free = Mutex<[Int: [FreeBlock]]>([:])

  private static let hugePage = 2 << 20

  /// Not for a sanitizer, which has to see each tensor as a block of exactly its size.
  private static let isPooled: Bool = {
    #if EXACT_STORAGE
      false
    #else
      true
    #endif
  }()

  /// Rounds up to one of 32 sizes per power of two, so that near sizes share blocks.
  static func capacity(for byteCount: Int) -> Int {
    guard isPooled else { return byteCount }
    let least = max(byteCount, 512)
    let step = 1 << (Int.bitWidth - 1 - least.leadingZeroBitCount - 5)
    return (least + step - 1) / step * step
  }

  func take(capacity: Int) -> UnsafeMutableRawPointer {
    if let block = free.withLock({ $0[capacity]?.popLast() }) { return block.base }
    let isMapped = Self.isPooled && capacity >= Self.hugePage
    let base = isMapped ? Self.map(capacity) : Self.allocate(capacity)
    guard let base else { fatalError("out of memory: a tensor needs \(capacity) bytes") }
    return base
  }

  func give(_ base: UnsafeMutableRawPointer, capacity: Int) {
    guard Self.isPooled else { return Glibc.free(base) }
    free.withLock { $0[capacity, default: []].append(FreeBlock(base: base)) }
  }

  func releaseFreeBlocks() {
    let blocks = free.withLock { free in
      defer { free = [:] }
      return free
    }
    for (capacity, blocks) in blocks {
      for block in blocks {
        if capacity >= Self.hugePage {
          munmap(block.base, capacity)
        } else {
          Glibc.free(block.base)
        }
      }
    }
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer? {
    var base: UnsafeMutableRawPointer?
    return posix_memalign(&base, 64, capacity) == 0 ? base : nil
  }

  /// Pages of the system's own, which go back to it when they are released: from `free` they would
  /// go to a heap that keeps them.
  private static func map(_ capacity: Int) -> UnsafeMutableRawPointer? {
    let span = mmap(
      nil, capacity + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let span, span != MAP_FAILED else { return nil }
    let base = span.alignedUp(toMultipleOf: hugePage)
    if base > span { munmap(span, base - span) }
    munmap(base + capacity, hugePage - (base - span))
    madvise(base, capacity, MADV_HUGEPAGE)
    return base
  }
}

/// The memory that tensors have given back and the process still holds.
public enum TensorMemory {
  /// Returns all free blocks to the system; call it between jobs of very different sizes.
  public static func releaseFreeBlocks() { StoragePool.shared.releaseFreeBlocks() }
}
