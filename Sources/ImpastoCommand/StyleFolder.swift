import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

/// A folder of paintings to learn.
///
/// `styles.json` describes them, as `impasto styles --json` prints styles; the painting of the
/// style `great-wave` is `great-wave.jpg`, `.jpeg` or `.png` beside it. Without that file every
/// image of the folder is a style named after it.
struct StyleFolder {
  private struct Listing: Decodable {
    let styles: [StyleDescription]
  }

  let path: String
  /// The styles in the folder's order.
  let styles: [StyleDescription]

  /// Reads what the folder at `path` holds.
  init(_ path: String) throws {
    guard Folder.exists(path) else { throw CommandError.noStylesFolder(path) }
    self.path = path
    let listing = (path as NSString).appendingPathComponent("styles.json")
    if FileManager.default.fileExists(atPath: listing) {
      styles = try Self.styles(listedIn: listing)
    } else {
      styles = try Folder.images(of: path).map(Self.description(ofFile:))
    }
    let names = styles.map(\.name)
    if let name = names.first(where: {
      !StyleDescription.isValidName($0) || $0 == StyleBank.photoName
    }) {
      throw CommandError.invalidStyleName(name, folder: path)
    }
    if let twice = Dictionary(grouping: styles, by: \.name).first(where: { $1.count > 1 })?.key {
      throw CommandError.duplicateStyle(twice, folder: path)
    }
  }

  /// The styles called `names`, or all, with their paintings.
  func sources(named names: [String]?) throws -> [StyleSource] {
    let known = styles.map(\.name)
    if names?.isEmpty == true {
      throw ValidationError("--style-names: no name; expected \(known.joined(separator: ","))")
    }
    if let unknown = names?.first(where: { !known.contains($0) }) {
      let error = StyleModelError.unknownStyle(unknown, known: known)
      throw ValidationError("--style-names: \(error.description)")
    }
    let wanted = names.map(Set.init) ?? Set(known)
    return try styles.filter { wanted.contains($0.name) }.map { style in
      StyleSource(
        description: style, painting: try Self.painting(ofFile: painting(of: style)))
    }
  }

  /// The least height and width of a painting: of less, no strokes can be seen.
  static let leastExtent = 64

  /// Reads a painting that is to be learned.
  static func painting(ofFile path: String) throws -> Image {
    let painting = try Image(contentsOf: path)
    guard min(painting.width, painting.height) >= leastExtent else {
      throw CommandError.smallPainting(path, width: painting.width, height: painting.height)
    }
    return painting
  }

  private func painting(of style: StyleDescription) throws(CommandError) -> String {
    let images = try Folder.images(of: path)
    let image = images.first { Self.styleName(ofFile: $0) == style.name }
    guard let image else { throw .noPainting(style.name, folder: path) }
    return image
  }

  /// The name of the style whose painting is at `path`.
  static func styleName(ofFile path: String) -> String { kebabCased(title(ofFile: path)) }

  /// What a `styles.json` beside the painting at `path` says of it; without one, its file's name.
  static func listing(besideFile path: String) throws -> StyleDescription {
    let folder = (path as NSString).deletingLastPathComponent
    let listing = (folder as NSString).appendingPathComponent("styles.json")
    let own = description(ofFile: path)
    guard FileManager.default.fileExists(atPath: listing) else { return own }
    return try styles(listedIn: listing).first { $0.name == own.name } ?? own
  }

  private static func description(ofFile path: String) -> StyleDescription {
    StyleDescription(name: styleName(ofFile: path), title: title(ofFile: path))
  }

  private static func title(ofFile path: String) -> String {
    ((path as NSString).lastPathComponent as NSString).deletingPathExtension
  }

  private static func styles(listedIn path: String) throws -> [StyleDescription] {
    let data = try FileContents.read(path, atMost: 1 << 24)
    do {
      let styles = try JSONDecoder().decode(Listing.self, from: data).styles
      guard !styles.isEmpty else { throw CommandError.damagedListing(path, reason: "no style") }
      return styles
    } catch let error as DecodingError {
      throw CommandError.damagedListing(path, reason: error.place)
    }
  }

  /// The name in small letters and digits, its words joined by hyphens.
  private static func kebabCased(_ name: String) -> String {
    name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
  }
}
