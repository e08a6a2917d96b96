import ImpastoTensors

/// Random levels.
enum Noise {
  static func levels(count: Int, seed: UInt64) -> [UInt8] {
    var random = RandomSource(seed: seed)
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      for start in stride(from: 0, to: count, by: 8) {
        var bits = random.next()
        for index in start..<min(start + 8, count) {
          bytes.initializeElement(at: index, to: UInt8(truncatingIfNeeded: bits))
          bits >>= 8
        }
      }
      initialized = count
    }
  }
}
