import Foundation
import ImpastoFiles

/// The lines of manifests in few bytes for each photo, since there may be millions.
struct ManifestIndex {
  /// The part of the line of a result that is kept.
  private struct Entry {
    /// The hash of the photo and the size of its result.
    let photo: Int
    /// The time at which it was done, as a number of digits.
    let finished: Int
    /// The place of its settings among ``settings``.
    let settings: Int32
  }

  /// The settings that lines name.
  private var settings: [Facts] = []
  private var places: [String: Int32] = [:]
  /// The latest results, by the hashes of their names.
  private var results: [Int: Entry] = [:]
  /// The hashes of the latest failures, by those of their names, of photos that have not succeeded since.
  private var failures: [Int: Int] = [:]

  /// The findings about one file besides its photos.
  struct Reading {
    /// The bytes of all whole lines.
    var length = 0
    /// The names of the settings that it tells.
    var settings: Set<String> = []
    /// The number of lines that are none of a manifest.
    var damaged = 0
  }

  /// The most bytes of a line: two paths, each byte escaped, and settings.
  private static let lineLimit = 1 << 17

  /// Takes in the lines of the file at `path`, which may be missing.
  mutating func read(_ path: String) throws(FileError) -> Reading {
    var reading = Reading()
    let lines: FileLines
    do throws(FileError) {
      lines = try FileLines(path, limit: Self.lineLimit)
    } catch .missing {
      return reading
    }
    let decoder = JSONDecoder()
    while let line = try lines.next(endingIn: UInt8(ascii: "\n")) {
      guard line.isWhole else { continue }
      reading.length = lines.offset
      let data = Data(line.bytes)
      if let photo = try? decoder.decode(PaintedPhoto.self, from: data) {
        note(photo)
      } else if let told = try? decoder.decode(ManifestSettings.self, from: data) {
        reading.settings.insert(told.settings)
        if places[told.settings] == nil {
          places[told.settings] = Int32(settings.count)
          settings.append(told.values)
        }
      } else {
        reading.damaged += 1
      }
    }
    return reading
  }

  private mutating func note(_ photo: PaintedPhoto) {
    let key = photo.output.pathHash
    let finished = photo.finished.utf8.reduce(0) { number, byte in
      (48...57).contains(byte) ? number &* 10 &+ Int(byte - 48) : number
    }
    guard finished >= results[key]?.finished ?? .min else { return }
    guard let result = photo.result else {
      if let failure = photo.failure { failures[key] = Self.hash(photo, failure) }
      return
    }
    failures[key] = nil
    guard let place = places[photo.settings] else { return }
    results[key] = Entry(
      photo: Self.hash(photo, result.bytes), finished: finished, settings: place)
  }

  /// The settings with which the result of `photo`, which has `bytes`, was painted, if it is known.
  func settings(of photo: PaintedPhoto, bytes: Int) -> Facts? {
    guard let entry = results[photo.output.pathHash], entry.photo == Self.hash(photo, bytes) else {
      return nil
    }
    return settings[Int(entry.settings)]
  }

  /// Returns whether it is known that `photo` cannot be painted for the reason it gives.
  func knowsFailure(of photo: PaintedPhoto) -> Bool {
    photo.failure.map { failures[photo.output.pathHash] == Self.hash(photo, $0) } ?? false
  }

  private static func hash(_ photo: PaintedPhoto, _ bytes: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(photo.input.pathHash)
    hasher.combine(photo.inputBytes)
    hasher.combine(photo.inputChanged)
    hasher.combine(bytes)
    return hasher.finalize()
  }

  private static func hash(_ photo: PaintedPhoto, _ failure: String) -> Int {
    var hasher = Hasher()
    hasher.combine(photo.input.pathHash)
    hasher.combine(photo.output.pathHash)
    hasher.combine(failure)
    return hasher.finalize()
  }
}

/// A line of a manifest that tells settings, to which lines of photos refer by name.
struct ManifestSettings: Codable {
  let settings: String
  let values: Facts
}
