import Foundation

extension TIFFStructure {
  /// The data that stay true of a painting of `width`×`height` pixels made from the photo.
  ///
  /// Kept is what the standard says of how, when, where and by whom a photo was taken. Left out is
  /// what tells of the file that it came in: how its pixels are stored, its thumbnail, and what only
  /// a camera's maker can read, which breaks when it is moved.
  func adapted(width: Int, height: Int) -> TIFFStructure {
    var adapted = self
    for directory in Directory.allCases {
      adapted.directories[directory] = directories[directory, default: []].compactMap { entry in
        guard Self.isKept(entry.tag, in: directory) else { return nil }
        switch (directory, entry.tag) {
        case (.main, 0x0112): return short(entry.tag, Orientation.upright.rawValue)
        case (.photo, 0xA001): return short(entry.tag, 1)  // sRGB
        case (.photo, 0xA002): return long(entry.tag, width)
        case (.photo, 0xA003): return long(entry.tag, height)
        default: return entry
        }
      }
    }
    return adapted
  }

  private static func isKept(_ tag: UInt16, in directory: Directory) -> Bool {
    switch directory {
    case .main:
      // Description, maker, model, orientation, resolution and its unit, software, date, artist,
      // computer, position of chroma samples, rating, copyright, and Windows's title to subject.
      [
        0x010E, 0x010F, 0x0110, 0x0112, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, 0x013B, 0x013C,
        0x0213, 0x4746, 0x4749, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F,
      ].contains(tag)
    case .photo:
      // All but places in the stored picture, what makers note, a file beside it, the directory
      // about compatibility, and the gamma of stored levels.
      [0x829A, 0x829D, 0x8822, 0x8824, 0x8827, 0x8828].contains(tag)
        || (0x8830...0x8835).contains(tag)
        || (0x9000...0xA4FF).contains(tag)
          && ![0x9214, 0x927C, 0xA004, 0xA005, 0xA214].contains(tag)
    case .position:
      tag <= 0x1F
    }
  }

  /// The structure in at most `limit` bytes, or `nil` where it is empty, and the tags that it lacks
  /// for that: the largest.
  func encoded(limit: Int) -> (data: Data?, leftOut: [UInt16]) {
    guard !directories.values.allSatisfy(\.isEmpty) else { return (nil, []) }
    var smaller = self
    var leftOut: [UInt16] = []
    while smaller.encodedSize > limit {
      let entries = smaller.directories.flatMap { directory, entries in
        entries.map { (directory, $0) }
      }
      guard let (directory, largest) = entries.max(by: { $0.1.value.count < $1.1.value.count })
      else { break }
      smaller.directories[directory]?.removeAll { $0.tag == largest.tag }
      leftOut.append(largest.tag)
    }
    return (smaller.encoded, leftOut)
  }
}
