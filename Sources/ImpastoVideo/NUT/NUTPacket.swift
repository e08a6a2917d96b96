/// The contents of a NUT packet, read number by number.
struct NUTPacket {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  /// A reason why the packet is refused.
  struct Fault: Error {
    let reason: String
  }

  /// Reads a number of any length: seven bits a byte, the highest first.
  mutating func number() throws(Fault) -> UInt64 {
    var value: UInt64 = 0
    while true {
      let byte = try self.byte()
      guard value >> 57 == 0 else { throw Fault(reason: "a number of more than 64 bits") }
      value = value << 7 | UInt64(byte & 0x7F)
      if byte & 0x80 == 0 { return value }
    }
  }

  /// Reads a number that is to be used as a count or size.
  mutating func count(_ limits: ClosedRange<Int>, _ name: String) throws(Fault) -> Int {
    let value = try number()
    guard let count = Int(exactly: value), limits.contains(count) else {
      throw Fault(
        reason: "\(name) is \(value), outside \(limits.lowerBound) to \(limits.upperBound)")
    }
    return count
  }

  /// Reads a number with a sign, which its lowest bit stands for.
  mutating func signedNumber() throws(Fault) -> Int {
    let value = try number()
    guard value < 1 << 62 else { throw Fault(reason: "a number of more than 62 bits") }
    let half = Int((value + 1) >> 1)
    return value & 1 == 1 ? half : -half
  }

  /// Reads a string of bytes.
  mutating func data() throws(Fault) -> [UInt8] {
    let count = try count(0...NUTFormat.packetLimit, "a length")
    guard count <= bytes.count else { throw Fault(reason: "a packet ends too early") }
    defer { bytes = bytes.dropFirst(count) }
    return Array(bytes.prefix(count))
  }

  private mutating func byte() throws(Fault) -> UInt8 {
    guard let byte = bytes.popFirst() else { throw Fault(reason: "a packet ends too early") }
    return byte
  }
}

extension [UInt8] {
  /// Appends a number as NUT writes it.
  mutating func append(number: UInt64) {
    var shift = 0
    while shift < 63, number >> (shift + 7) != 0 { shift += 7 }
    while shift > 0 {
      append(UInt8(number >> shift & 0x7F) | 0x80)
      shift -= 7
    }
    append(UInt8(number & 0x7F))
  }

  /// Appends a whole number of `count` bytes, the highest first.
  mutating func append(_ value: UInt64, count: Int) {
    for index in (0..<count).reversed() { append(UInt8(value >> (8 * index) & 0xFF)) }
  }
}
