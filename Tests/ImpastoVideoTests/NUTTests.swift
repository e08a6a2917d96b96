import Foundation
import ImpastoImaging
import ImpastoVideo
import TestSupport
import Testing

/// The container in which frames come and go.
struct NUTTests {
  let folder: TemporaryFolder
  let format = FrameFormat(
    width: 3, height: 2, timeBase: Rational(1, 90_000), pixelAspect: Rational(4, 3))
  let frames = [0, 1, 127, 128, 3003, 700_000_000_000].enumerated().map { index, time in
    VideoFrame(
      image: Image(width: 3, height: 2, pixels: (0..<18).map { UInt8($0 + 20 * index) }), time: time
    )
  }

  init() throws { folder = try TemporaryFolder() }

  private func writeFrames() throws -> [UInt8] {
    let file = try FileHandle(forUpdating: folder.url(try folder.write([], as: "a").lastName))
    let sink = try FrameStream(file.fileDescriptor, format)
    for frame in frames { try sink.append(frame) }
    return Array(try Data(contentsOf: folder.url("a")))
  }

  private func reader(of bytes: [UInt8]) throws -> NUTReader? {
    _ = try folder.write(bytes, as: "b")
    return try NUTReader(open(folder.file("b"), O_RDONLY), name: "b.nut")
  }

  @Test func `frames come back as they were written`() throws {
    var reader = try #require(try reader(of: writeFrames()))
    #expect(reader.format == format)
    for frame in frames { #expect(try reader.next() == frame) }
    #expect(try reader.next() == nil)
  }

  /// As `--fps 24` and `--fps 50/2` make them; ffmpeg refuses a stream whose fraction is not so.
  @Test func `fractions are in lowest terms`() {
    #expect(Rational(1000, 24_000) == Rational(1, 24))
    #expect(Rational(1000, 23_976).description == "125/2997")
    #expect(Rational("50/2")?.description == "25/1")
    #expect(Rational(1001, 30_000).description == "1001/30000")
  }

  @Test(.enabled(if: hasFFmpeg)) func `ffmpeg reads the same frames and times`() throws {
    _ = try writeFrames()
    let (pixels, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-f", "nut", "-i", folder.file("a"), "-fps_mode", "passthrough"]
        + ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"], limit: 1 << 16)
    #expect(end.isSuccess, "\(end.reason)")
    #expect(pixels == frames.flatMap(\.image.pixels))
    let (times, _) = try ChildProcess.run(
      "ffprobe",
      ["-v", "error", "-show_entries", "packet=pts:stream=sample_aspect_ratio,time_base"]
        + ["-of", "csv=p=0", folder.file("a")], limit: 1 << 16)
    // ffprobe says 1/90000 in its own way.
    let lines = String(decoding: times, as: UTF8.self).split(whereSeparator: \.isNewline)
    #expect(lines.dropLast().map { Int($0) } == frames.map(\.time))
    #expect(lines.last == "4:3,1/90000")
  }

  @Test func `a stream that is cut anywhere gives its whole frames`() throws {
    let bytes = try writeFrames()
    var counts: Set<Int> = []
    for length in 0..<bytes.count {
      var count = 0
      do {
        guard var reader = try reader(of: Array(bytes.prefix(length))) else { continue }
        while try reader.next() != nil { count += 1 }
      } catch is VideoError {
        #expect(count == 0)
      }
      counts.insert(count)
    }
    #expect(counts == Set(0...frames.count - 1))
  }

  @Test func `damage is refused or changes a frame, and never ends the program`() throws {
    let bytes = try writeFrames()
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0xFF
      do {
        guard var reader = try reader(of: damaged) else { continue }
        var count = 0
        while count < 10, try reader.next() != nil { count += 1 }
      } catch let error as VideoError {
        guard case .damagedStream = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }

  @Test(arguments: [
    (1, "not a NUT stream of frames that can be read (it begins otherwise)"),
    (30, "(a packet with a wrong checksum)"),
  ])
  func `a refusal names the stream and the fault`(position: Int, words: String) throws {
    var bytes = try writeFrames()
    bytes[position + 5] ^= 1
    let error = #expect(throws: VideoError.self) { _ = try reader(of: bytes) }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("b.nut: ") && text.contains(words), "\(text)")
  }
}

extension String {
  fileprivate var lastName: String { URL(fileURLWithPath: self).lastPathComponent }
}
