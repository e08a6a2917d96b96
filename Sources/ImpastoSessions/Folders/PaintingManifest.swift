import Foundation
package import ImpastoFiles

/// The manifest of a folder of painted photos: what has become of each, so that what is done need not be
/// done again.
///
/// Every process that writes has a file of its own: `manifest.jsonl`, or `manifest/2-of-8.jsonl` for a
/// shard. All of them are read at the beginning. A line is appended when a photo is done. The last line
/// of a process that was killed may lack its end; it does not count then, and is taken away.
package final class PaintingManifest {
  /// Knowledge of a photo before it is painted.
  package enum State: Equatable {
    /// Nothing, or of a photo or result that has changed since.
    case unknown
    /// Its result is there, painted with the settings of this run.
    case done
    /// Its result is there, painted with other settings.
    case otherSettings(differences: [String])
  }

  /// The name of the settings of this run.
  private let settings: String
  /// The warnings about lines that say nothing, as sentences that name the file.
  package private(set) var warnings: [String] = []
  private let folder: String
  private let path: String
  private let lock: ProcessLock
  private let facts: Facts
  private var index = ManifestIndex()
  /// The contents of the own file.
  private var own = ManifestIndex.Reading()
  /// The own file, once there is a line to write.
  private var file: AppendedFile?

  /// Reads what is known of the photos painted into `folder`, and keeps others from writing there.
  ///
  /// - Parameters:
  ///   - shard: The share of the photos that this process paints.
  ///   - facts: The settings of this run.
  /// - Throws: ``SessionError/inUse(_:by:action:setting:)`` while another process paints the same share;
  ///   `FileError`.
  package init(of folder: String, shard: Shard, facts: Facts) throws {
    (self.folder, self.facts, settings) = (folder, facts, facts.name)
    let (whole, parts) = Self.paths(in: folder)
    if shard == .all {
      path = whole
    } else {
      try Directory.make(parts)
      path = parts.appendingPath("\(shard.number)-of-\(shard.count).jsonl")
    }
    let (place, name) = path.pathParts
    lock = try ProcessLock(
      place.appendingPath(".\(name).lock"), of: shard.name(in: folder), action: "painting into it")
    let names = (try? Directory.names(in: parts)) ?? []
    for file in [whole] + names.filter({ $0.hasSuffix(".jsonl") }).map(parts.appendingPath) {
      let reading = try index.read(file)
      if file == path { own = reading }
      if reading.damaged > 0 {
        warnings.append(
          """
          \(file): \(reading.damaged.of("line")) cannot be read; the photos of such lines are \
          painted again
          """)
      }
    }
  }

  deinit { lock.remove() }

  /// The paths of the manifest in `folder`, and of the folder of those of shards.
  private static func paths(in folder: String) -> (whole: String, parts: String) {
    (folder.appendingPath("manifest.jsonl"), folder.appendingPath("manifest"))
  }

  /// The paths in `folder` that belong to its manifests.
  package static func paths(_ folder: String) -> [String] {
    let (whole, parts) = paths(in: folder)
    return [whole, parts]
  }

  /// Knowledge of a photo and of the result that is to be at `output`.
  ///
  /// - Parameter status: That of the photo's file.
  package func state(of input: String, _ status: FileStatus, output: String) -> State {
    guard status.kind == .file, let result = try? FileStatus(output), result.kind == .file,
      let known = index.settings(of: photo(input, status, output: output), bytes: result.size)
    else { return .unknown }
    return known == facts
      ? .done : .otherSettings(differences: facts.differences(from: known))
  }

  /// The line of a photo, without what has become of it.
  ///
  /// - Parameter status: That of the photo's file, if there is one.
  package func photo(_ input: String, _ status: FileStatus?, output: String) -> PaintedPhoto {
    let inside = output.utf8.dropFirst(folder.utf8.count).drop { $0 == UInt8(ascii: "/") }
    return PaintedPhoto(
      input: input, status, output: String(Substring(inside)), settings: settings)
  }

  /// Appends the line of a photo that is done; not that of a failure that is there already.
  ///
  /// - Throws: `FileError`.
  package func append(_ photo: PaintedPhoto) throws {
    if index.knowsFailure(of: photo) { return }
    let file = try file ?? AppendedFile(path, keeping: own.length)
    self.file = file
    var lines = Data()
    if own.settings.insert(settings).inserted {
      lines += try Self.line(ManifestSettings(settings: settings, values: facts))
    }
    lines += try Self.line(photo)
    try file.append(lines)
  }

  private static func line(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}
