public import Foundation
import ImpastoFiles
import Synchronization

/// The finished parts of a film that is being painted, in a folder beside it.
///
/// Each part but the last has ``length`` frames and can be decoded by itself, so that a run which was
/// stopped or killed can be continued after its last finished part. The folder goes when the film is
/// complete, and where not one part was finished.
public final class VideoParts: Sendable {
  /// The number of parts that an earlier run has finished.
  public let earlierCount: Int
  /// The number of frames in each part but the last.
  public let length: Int
  /// The state of the painting after the last of the earlier parts; nil without any.
  public let earlierState: Data?

  /// The folder.
  let folder: String
  private let lock: ProcessLock
  private let manifest: Mutex<Manifest>

  /// The contents of `parts.json`.
  private struct Manifest: Codable {
    var version = 1
    /// All that frames depend on, in words.
    var settings: [String: String]
    /// The time of the first frame of each finished part, in ticks.
    var starts: [Int] = []
  }

  /// The pixels of a part, as many as 260 frames of 640×360 have, and the limits of its frames.
  private static let (pixels, lengths) = (60_000_000, 24...250)

  /// Opens the folder of the film that is written to `path`, and makes it if missing.
  ///
  /// - Parameters:
  ///   - settings: All that frames depend on, in words; a run is continued only with equal ones.
  ///   - continues: Whether to continue what an earlier run has left; else that is removed.
  /// - Throws: ``VideoError/otherSettings(_:setting:earlier:now:)``,
  ///   ``VideoError/damagedParts(_:reason:)``, ``VideoError/file(_:)``.
  public init(
    of path: String, _ format: FrameFormat, settings: [String: String], continues: Bool
  ) throws(VideoError) {
    let folder = path + ".parts"
    self.folder = folder
    length = min(
      max(Self.pixels / (format.width * format.height), Self.lengths.lowerBound),
      Self.lengths.upperBound)
    lock = try FileError.asVideoError { () throws(FileError) in
      try Directory.make(folder)
      return try ProcessLock(folder.appendingPath("lock"))
    }
    var found = Manifest(settings: settings)
    if continues, let earlier = try Self.manifest(in: folder) {
      try Self.check(earlier.settings, settings, folder)
      found.starts = earlier.starts
    }
    // A part may be finished before the state at its end is, and the other way round.
    while let last = found.starts.indices.last,
      !FileStatus.exists(Self.state(last, in: folder))
    { found.starts.remove(at: last) }
    earlierCount = found.starts.count
    earlierState = try FileError.asVideoError { [count = earlierCount] () throws(FileError) in
      count == 0 ? nil : try FileContents.read(Self.state(count - 1, in: folder))
    }
    manifest = Mutex(found)
    try write()
  }

  deinit { if manifest.withLock({ $0.starts.isEmpty }) { remove() } }

  /// Indicates whether a later run can continue this one.
  public var isWorthKeeping: Bool { manifest.withLock { !$0.starts.isEmpty } }

  /// The error of a state that is none.
  package var damagedState: VideoError {
    .damagedParts(folder, reason: Self.stateName(earlierCount - 1))
  }

  /// Keeps the state of the painting at the end of a part.
  ///
  /// - Parameter index: The part, from 0 on.
  /// - Throws: ``VideoError/file(_:)``.
  public func keep(_ state: Data, after index: Int) throws(VideoError) {
    try FileError.asVideoError { () throws(FileError) in
      try AtomicFile.write(state, to: Self.state(index, in: folder))
    }
    // A run is continued after its last finished part, or, where that is still being encoded, after
    // the one before.
    if index >= 2 { Self.state(index - 2, in: folder).withSystemPath { _ = unlink($0) } }
  }

  /// The name of the file of a part.
  static func fileName(of index: Int) -> String { String(format: "%05d.part", index + 1) }

  /// The file of a part.
  func path(of index: Int) -> String { folder.appendingPath(Self.fileName(of: index)) }

  /// The file that tells ffmpeg of all parts.
  var listPath: String { folder.appendingPath("parts.ffconcat") }

  /// The times of the first frames of the finished parts, in ticks.
  var starts: [Int] { manifest.withLock { $0.starts } }

  /// Takes note that the next part is finished.
  func finishPart(beginningAt start: Int) throws(VideoError) {
    manifest.withLock { $0.starts.append(start) }
    try write()
  }

  /// Removes the folder with all that is in it.
  public func remove() {
    for name in (try? Directory.names(in: folder)) ?? [] {
      folder.appendingPath(name).withSystemPath { _ = unlink($0) }
    }
    folder.withSystemPath { _ = rmdir($0) }
  }

  private static func stateName(_ index: Int) -> String {
    String(format: "%05d.state", index + 1)
  }

  private static func state(_ index: Int, in folder: String) -> String {
    folder.appendingPath(stateName(index))
  }

  private func write() throws(VideoError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let bytes = try? encoder.encode(manifest.withLock { $0 }) else {
      preconditionFailure("strings and numbers can be encoded")
    }
    try FileError.asVideoError { () throws(FileError) in
      try AtomicFile.write(bytes, to: folder.appendingPath("parts.json"))
    }
  }

  private static func manifest(in folder: String) throws(VideoError) -> Manifest? {
    let path = folder.appendingPath("parts.json")
    guard FileStatus.exists(path) else { return nil }
    let bytes = try FileError.asVideoError { () throws(FileError) in
      try FileContents.read(path, atMost: 1 << 24)
    }
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: bytes),
      manifest.version == 1, manifest.starts == manifest.starts.sorted(),
      manifest.starts.allSatisfy({ $0 >= 0 })
    else { throw .damagedParts(folder, reason: "parts.json") }
    return manifest
  }

  private static func check(
    _ earlier: [String: String], _ now: [String: String], _ folder: String
  ) throws(VideoError) {
    for name in Set(earlier.keys).union(now.keys).sorted() where earlier[name] != now[name] {
      throw .otherSettings(
        folder, setting: name, earlier: earlier[name] ?? "none", now: now[name] ?? "none")
    }
  }
}

extension FileError {
  /// Returns what `body` returns, and throws its error as one of films.
  fileprivate static func asVideoError<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(VideoError) -> Value {
    do throws(FileError) { return try body() } catch { throw .file(error) }
  }
}
