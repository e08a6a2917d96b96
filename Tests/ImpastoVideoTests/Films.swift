import Foundation
import ImpastoVideo
import TestSupport
import Testing

/// Indicates whether ffmpeg is installed, without which the tests of films are reported as skipped.
let hasFFmpeg =
  (try? ChildProcess.run("ffmpeg", ["-version"], limit: 1 << 16).end.isSuccess) == true

/// A folder for films that ffmpeg makes for a test.
struct Films {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func path(_ name: String) -> String { folder.file(name) }

  /// Makes a film of the arguments between ffmpeg's name and that of the film.
  @discardableResult
  func make(_ name: String, _ arguments: String...) throws -> String {
    let (_, end) = try ChildProcess.run("ffmpeg", ["-v", "error", "-y"] + arguments + [path(name)])
    try #require(end.isSuccess, "\(end.reason)")
    return path(name)
  }

  /// The lines that ffprobe prints of the file `name`.
  func probe(_ name: String, _ arguments: String...) throws -> [String] {
    let (output, end) = try ChildProcess.run(
      "ffprobe", ["-v", "error"] + arguments + ["-of", "csv=p=0", path(name)], limit: 1 << 20)
    try #require(end.isSuccess, "\(end.reason)")
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The times of the frames of the file `name`, in seconds.
  func times(_ name: String) throws -> [Double] {
    try probe(name, "-select_streams", "v:0", "-show_entries", "frame=pts_time")
      .compactMap { Double($0.split(separator: ",")[0]) }
  }

  /// The sum that ffmpeg makes of the packets of a stream of the file `name`.
  func checksum(of stream: String, _ name: String) throws -> String {
    let (output, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-i", path(name), "-map", "0:\(stream)", "-c", "copy", "-f", "md5", "-"],
      limit: 1 << 16)
    try #require(end.isSuccess, "\(end.reason)")
    return String(decoding: output, as: UTF8.self)
  }

  /// A clip as of a phone: turned, of variable frame rate, its pictures later than its sound.
  @discardableResult
  func makePhoneClip(_ name: String = "phone.mp4") throws -> String {
    try make(
      "upright.mp4", "-f", "lavfi", "-i", "testsrc2=size=96x64:rate=30:duration=1.5", "-f", "lavfi",
      "-i", "sine=frequency=440:duration=1.6:sample_rate=44100", "-vf",
      "select='not(eq(mod(n,7),3))',setpts=PTS+0.083/TB", "-fps_mode", "vfr", "-c:v", "libx264",
      "-c:a", "aac", "-metadata", "title=Holiday")
    return try make(name, "-i", path("upright.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90")
  }

  /// The film `name` copied frame by frame into the file `result`.
  @discardableResult
  func copy(
    _ name: String, to result: String, _ selection: VideoReader.Selection = .init(),
    _ encoding: VideoWriter.Encoding = .init(), while goesOn: () -> Bool = { true }
  ) throws -> (outcome: VideoPipeline.Outcome, notices: [String]) {
    let film = try VideoFile(path(name))
    let reader = try VideoReader(film, selection)
    let writer = try VideoWriter(
      to: path(result), reader.format, encoding, original: .init(film, selection))
    let notices = reader.notices + writer.notices
    let outcome = try VideoPipeline.run(from: reader, to: writer, while: goesOn) { $0 }
    return (outcome, notices)
  }
}

/// The frames of a source, read to its end.
func frames(of source: any VideoSource) throws -> [VideoFrame] {
  var frames: [VideoFrame] = []
  while let frame = try source.next() { frames.append(frame) }
  return frames
}
