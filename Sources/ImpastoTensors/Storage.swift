import Glibc
import Synchronization

/// A 64-byte-aligned block of memory that returns to a pool when its last owner releases it.
///
/// The steps of a training run and the layers of a stylisation ask for the same sizes again and
/// again; fresh pages from the system would cost more than the kernels that fill them.
final class Storage: @unchecked Sendable {  // Written only while uniquely referenced.
  let byteCount: Int
  private let block: StoragePool.Block

  var base: UnsafeMutableRawPointer { block.base }

  init(byteCount: Int) {
    self.byteCount = byteCount
    block = StoragePool.shared.take(capacity: StoragePool.capacity(for: byteCount))
  }

  deinit { StoragePool.shared.give(block) }
}

/// Free blocks by capacity.
///
/// A block serves tensors of its own capacity. Where more is free than in use, as after a layer whose
/// image was larger than the next ones', it also serves tensors of half of that and more.
package final class StoragePool: Sendable {
  static let shared = StoragePool()

  package struct Block: @unchecked Sendable {
    package let base: UnsafeMutableRawPointer
    let capacity: Int
  }

  private struct Blocks {
    var free: [Int: [Block]] = [:]
    var freeBytes = 0
    var usedBytes = 0

    /// The free block for a tensor of `capacity`, now in use; nil where none is fit.
    mutating func take(_ capacity: Int) -> Block? {
      guard let block = free[capacity]?.popLast() ?? takeLarger(capacity) else { return nil }
      freeBytes -= block.capacity
      usedBytes += block.capacity
      return block
    }

    private mutating func takeLarger(_ capacity: Int) -> Block? {
      guard freeBytes > usedBytes else { return nil }
      let fit = free.filter { (capacity...2 * capacity).contains($0.key) && !$0.value.isEmpty }
      return fit.keys.min().flatMap { free[$0]?.popLast() }
    }
  }

  private let blocks = Mutex(Blocks())

  package init() {}

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

  /// A block of `capacity` bytes or more, of any contents.
  package func take(capacity: Int) -> Block {
    if let block = blocks.withLock({ $0.take(capacity) }) { return block }
    let isMapped = Self.isPooled && capacity >= Self.hugePage
    let base = isMapped ? Self.map(capacity) : Self.allocate(capacity)
    guard let base else { fatalError("out of memory: a tensor needs \(capacity) bytes") }
    blocks.withLock { $0.usedBytes += capacity }
    return Block(base: base, capacity: capacity)
  }

  /// Takes back a block that nobody uses any more.
  package func give(_ block: Block) {
    guard Self.isPooled else { return Glibc.free(block.base) }
    blocks.withLock {
      $0.free[block.capacity, default: []].append(block)
      $0.usedBytes -= block.capacity
      $0.freeBytes += block.capacity
    }
  }

  /// Returns all free blocks to the system.
  package func releaseFreeBlocks() {
    let free = blocks.withLock { blocks in
      defer { (blocks.free, blocks.freeBytes) = ([:], 0) }
      return blocks.free
    }
    for block in free.values.joined() {
      if block.capacity >= Self.hugePage {
        munmap(block.base, block.capacity)
      } else {
        Glibc.free(block.base)
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
