import Foundation
import ImpastoImaging

/// Writes frames as a NUT stream of raw pictures, each with its exact time.
struct NUTWriter {
  /// A failure of the system to write: its number.
  struct Failure: Error {
    let number: Int32
  }

  private let descriptor: Int32

  /// Writes the headers to `descriptor`.
  init(_ descriptor: Int32, _ format: FrameFormat) throws(Failure) {
    self.descriptor = descriptor
    try write(
      NUTFormat.identification + Self.packet(.main, Self.mainHeader(format))
        + Self.packet(.stream, Self.streamHeader(format)))
  }

  /// Writes a frame, whose time is not negative.
  func append(_ frame: VideoFrame) throws(Failure) {
    // Each frame stands by itself, so that a reader can begin anywhere.
    var syncpoint: [UInt8] = []
    syncpoint.append(number: UInt64(frame.time))
    syncpoint.append(number: 0)
    var header: [UInt8] = [0]
    header.append(number: UInt64(frame.time) + 1)
    header.append(number: UInt64(frame.image.pixels.count))
    header.append(UInt64(NUTFormat.checksum(header)), count: 4)
    try write(Self.packet(.syncpoint, syncpoint) + header)
    try write(frame.image.pixels)
  }

  /// Writes `bytes` whole.
  ///
  /// A pipe that nobody reads is a failure and raises no signal.
  private func write(_ bytes: [UInt8]) throws(Failure) {
    var (signal, before) = (sigset_t(), sigset_t())
    sigemptyset(&signal)
    sigaddset(&signal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signal, &before)
    let number = Self.write(bytes, to: descriptor)
    if number == EPIPE {
      var moment = timespec()
      sigtimedwait(&signal, nil, &moment)
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    if number != 0 { throw Failure(number: number) }
  }

  /// Returns the number of the system's error, or 0.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var remaining = bytes[...]
      while !remaining.isEmpty {
        let piece = UnsafeRawBufferPointer(rebasing: remaining)
        let count = Foundation.write(descriptor, piece.baseAddress, piece.count)
        if count >= 0 {
          remaining = remaining.dropFirst(count)
        } else if errno != EINTR {
          return errno
        }
      }
      return 0
    }
  }

  private static func packet(_ code: NUTFormat.StartCode, _ contents: [UInt8]) -> [UInt8] {
    var packet: [UInt8] = []
    packet.append(code.rawValue, count: 8)
    packet.append(number: UInt64(contents.count + 4))
    packet += contents
    packet.append(UInt64(NUTFormat.checksum(contents)), count: 4)
    return packet
  }

  /// One time base, and one kind of frame: a key frame with its whole time, size and checksum.
  private static func mainHeader(_ format: FrameFormat) -> [UInt8] {
    let flags: NUTFormat.Flags = [.key, .codedTime, .sizeHigh, .checksum]
    let numbers: [UInt64] = [
      3, 1, 65536, 1, UInt64(format.timeBase.numerator), UInt64(format.timeBase.denominator),
      // Flags; six fields: step of time, factor and stream, size, reserved, count.
      flags.rawValue, 6, 0, 1, 0, 0, 0, 1,
      NUTFormat.Flags.invalid.rawValue, 6, 0, 1, 0, 0, 0, 254,
      // No elided headers.
      0,
    ]
    return numbers.reduce(into: []) { $0.append(number: $1) }
  }

  /// Times are given whole: without low bits.
  private static func streamHeader(_ format: FrameFormat) -> [UInt8] {
    var header: [UInt8] = []
    header.append(number: 0)
    header.append(number: 0)
    header.append(number: UInt64(NUTFormat.rgb24.count))
    header += NUTFormat.rgb24
    let numbers = [
      0, 0, 1 << 20, 0, 0, 0, format.width, format.height, format.pixelAspect.numerator,
      format.pixelAspect.denominator, 0,
    ]
    for number in numbers { header.append(number: UInt64(number)) }
    return header
  }
}
