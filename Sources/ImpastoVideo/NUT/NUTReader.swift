import Foundation
import ImpastoImaging

/// Reads frames of raw pictures from a NUT stream, each with its exact time.
package struct NUTReader {
  /// The properties of all frames.
  package let format: FrameFormat

  private let name: String
  private var input: BufferedInput
  private let main: NUTMainHeader
  private let stream: NUTStreamHeader
  private var lastTime = 0

  /// Reads the headers of the stream that `descriptor` gives.
  ///
  /// - Parameter name: The film's name in errors.
  /// - Returns: nil where the stream holds not a byte.
  /// - Throws: ``VideoError/damagedStream(_:reason:)``, ``VideoError/tooManyPixels(_:width:height:)``.
  package init?(_ descriptor: Int32, name: String) throws(VideoError) {
    input = BufferedInput(descriptor)
    self.name = name
    let found: (NUTMainHeader, NUTStreamHeader)?
    do throws(NUTPacket.Fault) {
      found = try Self.headers(&input)
    } catch {
      throw .damagedStream(name, reason: error.reason)
    }
    guard let found else { return nil }
    (main, stream) = found
    guard stream.width <= Image.pixelLimit / stream.height else {
      throw .tooManyPixels(name, width: stream.width, height: stream.height)
    }
    format = FrameFormat(
      width: stream.width, height: stream.height, timeBase: main.timeBases[stream.timeBase],
      pixelAspect: stream.pixelAspect)
  }

  /// Reads the next frame.
  ///
  /// - Returns: nil at the end of the stream, be it in the middle of a frame.
  /// - Throws: ``VideoError/damagedStream(_:reason:)``.
  package mutating func next() throws(VideoError) -> VideoFrame? {
    do throws(NUTPacket.Fault) {
      while let byte = input.byte() {
        if byte != 0x4E { return try frame(main.frameCodes[Int(byte)]) }
        guard let (code, contents) = try Self.packet(&input) else { return nil }
        if code == .syncpoint { try synchronize(contents) }
      }
    } catch {
      throw .damagedStream(name, reason: error.reason)
    }
    return nil
  }

  private mutating func synchronize(_ contents: [UInt8]) throws(NUTPacket.Fault) {
    var packet = NUTPacket(contents)
    let value = try packet.number()
    let time = Int(value / UInt64(main.timeBases.count))
    let base = main.timeBases[Int(value % UInt64(main.timeBases.count))]
    lastTime = try Self.time(time, in: base, as: main.timeBases[stream.timeBase])
  }

  /// A time in ticks of another base, rounded down.
  private static func time(
    _ time: Int, in base: Rational, as other: Rational
  ) throws(NUTPacket.Fault) -> Int {
    if base == other { return time }
    let above = UInt(base.numerator * other.denominator)
    let below = UInt(base.denominator * other.numerator)
    let product = UInt(time).multipliedFullWidth(by: above)
    guard product.high < below else { throw NUTPacket.Fault(reason: "a time of more than 64 bits") }
    let (ticks, _) = below.dividingFullWidth(product)
    guard let ticks = Int(exactly: ticks) else {
      throw NUTPacket.Fault(reason: "a time of more than 64 bits")
    }
    return ticks
  }

  private mutating func frame(
    _ code: NUTMainHeader.FrameCode
  ) throws(NUTPacket.Fault) -> VideoFrame? {
    var flags = code.flags
    guard !flags.contains(.invalid) else { throw NUTPacket.Fault(reason: "no frame begins so") }
    if flags.contains(.coded) {
      guard let coded = try input.number() else { return nil }
      flags.formSymmetricDifference(.init(rawValue: coded))
    }
    var number = UInt64(code.stream)
    if flags.contains(.streamNumber) {
      guard let value = try input.number() else { return nil }
      number = value
    }
    var time = lastTime + code.timeStep
    if flags.contains(.codedTime) {
      guard let value = try input.number() else { return nil }
      time = try self.time(coded: value)
    }
    var size = UInt64(code.size)
    if flags.contains(.sizeHigh) {
      guard let value = try input.number() else { return nil }
      guard value < 1 << 40 else { throw NUTPacket.Fault(reason: "a frame of \(value) units") }
      size += value * UInt64(code.sizeFactor)
    }
    if flags.contains(.matchTime), try input.number() == nil { return nil }
    var header = UInt64(code.headerNumber)
    if flags.contains(.headerNumber) {
      guard let value = try input.number() else { return nil }
      header = value
    }
    var reserved = UInt64(code.reservedCount)
    if flags.contains(.reserved) {
      guard let value = try input.number() else { return nil }
      reserved = value
    }
    guard reserved <= 256 else { throw NUTPacket.Fault(reason: "\(reserved) unknown fields") }
    for _ in 0..<reserved where try input.number() == nil { return nil }
    if flags.contains(.checksum), input.bytes(4) == nil { return nil }
    let expected = 3 * stream.width * stream.height
    guard number == stream.number, header == 0, !flags.contains(.sideData),
      size == expected
    else {
      throw NUTPacket.Fault(
        reason: "a frame of \(size) bytes, where \(stream.width)×\(stream.height) are \(expected)")
    }
    guard let pixels = input.bytes(expected) else { return nil }
    lastTime = time
    return VideoFrame(
      image: Image(width: stream.width, height: stream.height, pixels: pixels), time: time)
  }

  /// The time that a frame's number stands for: its low bits, or all of it.
  private func time(coded: UInt64) throws(NUTPacket.Fault) -> Int {
    let range = UInt64(1) << stream.timeBits
    guard coded < 1 << 62 else { throw NUTPacket.Fault(reason: "a time of more than 62 bits") }
    if coded >= range { return Int(coded - range) }
    let mask = Int(range) - 1
    let start = lastTime - mask / 2
    return start + ((Int(coded) - start) & mask)
  }

  // MARK: Packets

  private static func headers(
    _ input: inout BufferedInput
  ) throws(NUTPacket.Fault) -> (NUTMainHeader, NUTStreamHeader)? {
    guard let identification = input.bytes(NUTFormat.identification.count) else { return nil }
    guard identification == NUTFormat.identification else {
      throw NUTPacket.Fault(reason: "it begins otherwise")
    }
    var main: NUTMainHeader?
    while input.byte() == 0x4E, let (code, contents) = try packet(&input) {
      switch code {
      case .main: main = try NUTMainHeader(contents)
      case .stream:
        guard let main, main.streamCount == 1 else {
          throw NUTPacket.Fault(reason: "it has not one stream, but several")
        }
        let stream = try NUTStreamHeader(contents)
        guard stream.timeBase < main.timeBases.count else {
          throw NUTPacket.Fault(reason: "a stream without a time base")
        }
        return (main, stream)
      default: break
      }
    }
    throw NUTPacket.Fault(reason: "it ends before its first frame")
  }

  /// Reads a packet whose first byte has been read.
  ///
  /// - Returns: nil at the end of the stream.
  private static func packet(
    _ input: inout BufferedInput
  ) throws(NUTPacket.Fault) -> (NUTFormat.StartCode, [UInt8])? {
    guard let rest = input.bytes(7) else { return nil }
    let value = rest.reduce(UInt64(0x4E)) { $0 << 8 | UInt64($1) }
    guard let code = NUTFormat.StartCode(rawValue: value) else {
      throw NUTPacket.Fault(reason: "a packet of an unknown kind")
    }
    guard let size = try input.number() else { return nil }
    guard size >= 4, size <= NUTFormat.packetLimit else {
      throw NUTPacket.Fault(reason: "a packet of \(size) bytes")
    }
    if size > 4096, input.bytes(4) == nil { return nil }
    guard let contents = input.bytes(Int(size)) else { return nil }
    // The checksum at the end makes that of all 0.
    guard NUTFormat.checksum(contents) == 0 else {
      throw NUTPacket.Fault(reason: "a packet with a wrong checksum")
    }
    return (code, Array(contents.dropLast(4)))
  }
}

/// Bytes of a pipe or file, read in large pieces.
private struct BufferedInput {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var position = 0

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The next byte; nil at the end.
  mutating func byte() -> UInt8? {
    if position == buffer.count {
      buffer = [UInt8](unsafeUninitializedCapacity: 1 << 16) { bytes, count in
        count = Self.read(descriptor, into: UnsafeMutableRawBufferPointer(bytes))
      }
      position = 0
      if buffer.isEmpty { return nil }
    }
    defer { position += 1 }
    return buffer[position]
  }

  /// The next `count` bytes; nil where there are fewer.
  mutating func bytes(_ count: Int) -> [UInt8]? {
    let held = min(count, buffer.count - position)
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      _ = UnsafeMutableBufferPointer(rebasing: bytes[..<held])
        .update(fromContentsOf: buffer[position..<position + held])
      filled = held
      while filled < count {
        let read = Self.read(
          descriptor,
          into: UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: bytes[filled...])))
        if read == 0 { break }
        filled += read
      }
    }
    position += held
    return bytes.count == count ? bytes : nil
  }

  /// The next number of any length; nil at the end.
  mutating func number() throws(NUTPacket.Fault) -> UInt64? {
    var encoded: [UInt8] = []
    repeat {
      guard let byte = byte() else { return nil }
      encoded.append(byte)
    } while encoded[encoded.count - 1] & 0x80 != 0 && encoded.count < 12
    var packet = NUTPacket(encoded)
    return try packet.number()
  }

  /// Reads what is there, 0 bytes at the end or after a failure.
  private static func read(_ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = Foundation.read(descriptor, bytes.baseAddress, bytes.count)
      if count >= 0 || errno != EINTR { return max(0, count) }
    }
  }
}
