import ImpastoTensors
import Testing

@Suite(.serialized) struct TensorMemoryTests {
  @Test(arguments: [0, 1, 17, 512, 513, 4095, 100_000, 600_000, 2_500_000])
  func `memory is aligned to 64 bytes, and from 2 MiB on to huge pages`(count: Int) {
    let tensor = Tensor(zeros: [count])
    let alignment: UInt = count * 4 >= 2 << 20 ? 2 << 20 : 64
    #expect(address(tensor) % alignment == 0)
    #expect(address(tensor) != 0)
  }

  @Test func `memory given back is used again for a similar size`() {
    // A size that no other test asks for, since tests share the pool.
    let first = address(Tensor(uninitialized: [7_777_777]) { _ in })
    #expect(address(Tensor(uninitialized: [7_777_000]) { _ in }) == first)
  }

  @Test func `memory used again never belongs to a tensor that is still alive`() {
    var random = RandomSource(seed: 5)
    var live: [(tensor: Tensor, value: Float)] = []
    for round in 0..<2000 {
      if live.count > 20 { live.remove(at: Int(random.next() % UInt64(live.count))) }
      let count = 1 + Int(random.next() % 700)
      let type: ScalarType = random.next() % 2 == 0 ? .float32 : .bfloat16
      let value = Float(round % 256)
      live.append((Tensor(repeating: value, shape: [count], type), value))
      if round % 100 == 99 {
        for (tensor, value) in live { #expect(tensor.scalars.allSatisfy { $0 == value }) }
        let spans = live.map {
          (address($0.tensor), address($0.tensor) + UInt($0.tensor.byteCount))
        }
        .sorted { $0.0 < $1.0 }
        #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.1 <= $1.0 })
      }
    }
  }

  @Test func `releasing free blocks leaves live tensors alone`() {
    let tensor = Tensor(repeating: 3, shape: [9000])
    _ = Tensor(repeating: 4, shape: [9000])
    TensorMemory.releaseFreeBlocks()
    #expect(tensor.scalars.allSatisfy { $0 == 3 })
    #expect(Tensor(repeating: 5, shape: [9000]).scalars.allSatisfy { $0 == 5 })
  }

  @Test func `tasks may make and drop tensors at the same time`() async {
    let sums = await withTaskGroup(of: Float.self, returning: [Float].self) { group in
      for task in 1...4 {
        group.addTask {
          (0..<200).reduce(0) { sum, round in
            sum + Tensor(repeating: Float(task), shape: [100 + round]).scalars.reduce(0, +)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let scalars = Float((100..<300).reduce(0, +))
    #expect(sums.sorted() == [1, 2, 3, 4].map { $0 * scalars })
  }
}
