/// The main header of a NUT stream: time bases, and the meaning of the first byte of a frame.
struct NUTMainHeader {
  /// The meaning of one first byte of a frame.
  struct FrameCode {
    var flags = NUTFormat.Flags.invalid
    var stream = 0
    var sizeFactor = 1
    var size = 0
    var timeStep = 0
    var reservedCount = 0
    var headerNumber = 0
  }

  let streamCount: Int
  let timeBases: [Rational]
  let frameCodes: [FrameCode]
  /// The bytes that some frames begin with and that are left out of them.
  let elidedHeaders: [[UInt8]]

  init(_ contents: [UInt8]) throws(NUTPacket.Fault) {
    var packet = NUTPacket(contents)
    let version = try packet.count(2...4, "the version")
    if version > 3 { _ = try packet.number() }
    streamCount = try packet.count(1...64, "the number of streams")
    _ = try packet.number()  // The largest distance of two syncpoints.
    var timeBases: [Rational] = []
    for _ in 0..<(try packet.count(1...64, "the number of time bases")) {
      timeBases.append(
        Rational(
          try packet.count(1...Int(Int32.max), "a time base"),
          try packet.count(1...Int(Int32.max), "a time base")))
    }
    self.timeBases = timeBases
    frameCodes = try Self.frameCodes(&packet)
    var headers: [[UInt8]] = [[]]
    for _ in 0..<(try packet.count(0...127, "the number of elided headers")) {
      headers.append(try packet.data())
    }
    elidedHeaders = headers
  }

  /// Reads the table of 256 first bytes, which is described in runs.
  private static func frameCodes(_ packet: inout NUTPacket) throws(NUTPacket.Fault) -> [FrameCode] {
    var codes: [FrameCode] = []
    var run = FrameCode()
    while codes.count < 256 {
      run.flags = NUTFormat.Flags(rawValue: try packet.number())
      let fields = try packet.count(0...64, "the number of fields of a frame code")
      if fields > 0 { run.timeStep = try packet.signedNumber() }
      if fields > 1 { run.sizeFactor = try packet.count(0...1 << 20, "a factor of sizes") }
      if fields > 2 { run.stream = try packet.count(0...63, "a stream") }
      run.size = fields > 3 ? try packet.count(0...1 << 20, "a size") : 0
      run.reservedCount = fields > 4 ? try packet.count(0...256, "a number of fields") : 0
      let count =
        fields > 5 ? try packet.count(0...256, "a run of frame codes") : run.sizeFactor - run.size
      if fields > 6 { _ = try packet.signedNumber() }  // The time of a match.
      if fields > 7 { run.headerNumber = try packet.count(0...127, "an elided header") }
      for _ in 8..<max(8, fields) { _ = try packet.number() }
      guard count > 0 else { throw NUTPacket.Fault(reason: "an empty run of frame codes") }
      var remaining = count
      var code = run
      while remaining > 0, codes.count < 256 {
        // The letter that begins all other packets begins no frame.
        if codes.count == 0x4E {
          codes.append(FrameCode())
        } else {
          codes.append(code)
          code.size += 1
          remaining -= 1
        }
      }
    }
    return codes
  }
}

/// The header of a stream of raw pictures.
struct NUTStreamHeader {
  let number: Int
  let timeBase: Int
  /// The number of low bits of a time that a frame may give alone.
  let timeBits: Int
  let width: Int
  let height: Int
  let pixelAspect: Rational

  init(_ contents: [UInt8]) throws(NUTPacket.Fault) {
    var packet = NUTPacket(contents)
    number = try packet.count(0...63, "the number of a stream")
    guard try packet.number() == 0, try packet.data() == NUTFormat.rgb24 else {
      throw NUTPacket.Fault(reason: "a stream of other things than rgb24 pictures")
    }
    timeBase = try packet.count(0...63, "the number of a time base")
    timeBits = try packet.count(0...15, "a number of bits")
    _ = try packet.number()  // The largest distance of two times.
    _ = try packet.number()  // The delay of the decoder.
    _ = try packet.number()  // Flags.
    _ = try packet.data()  // The codec's own.
    width = try packet.count(1...1 << 20, "the width")
    height = try packet.count(1...1 << 20, "the height")
    let aspect = (try packet.number(), try packet.number())
    // 0 says that it is not known.
    pixelAspect =
      if let above = Int32(exactly: aspect.0), let below = Int32(exactly: aspect.1), above > 0,
        below > 0
      {
        Rational(Int(above), Int(below))
      } else {
        Rational(1, 1)
      }
  }
}
