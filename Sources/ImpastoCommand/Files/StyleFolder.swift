import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

/// A folder of paintings to learn.
///
/// `styles.json` describes them, as `impasto styles --json` prints styles; the painting of the
/// style `great-wave` is `great-wave.jpg`, or a picture of another format, beside it. Without that
/// file every picture of the folder is a style named after it.
struct StyleFolder {
  private struct Listing: Decodable {
    let styles: [StyleDescription]
  }

  let path: String
  /// The styles, in the order of the list or of their files' names.
  let styles: [StyleDescription]
  /// The files of the folder that are no paintings.
  let omissions: [Remark]
  private let paintings: [PaintingFile]

  /// Reads the folder at `path`.
  init(_ path: String) throws {
    guard Folder.exists(path) else { throw CommandError.noStylesFolder(path) }
    self.path = path
    let listing = path.appendingPath("styles.json")
    let listed = FileStatus.exists(listing) ? try Self.styles(listedIn: listing) : nil
    let folder = try Folder.pictures(in: path)
    paintings = folder.pictures.map { PaintingFile(folder.path(of: $0.name)) }
    var omissions = folder.omissions.filter { $0.path != listing }.map(Remark.init)
    if let listed {
      styles = listed
      let names = Set(listed.map(\.name))
      omissions += paintings.filter { !names.contains($0.styleName ?? "") }
        .map { Remark(input: $0.path, reason: "not in \(listing)") }
    } else {
      styles = paintings.compactMap(\.description)
      let nameless = paintings.filter { $0.styleName == nil }
      if styles.isEmpty { throw CommandError.namelessPainting(nameless[0].path) }
      omissions += nameless.map { Remark(input: $0.path, reason: "names no style; rename it") }
    }
    self.omissions = omissions
    try checkNames()
  }

  private func checkNames() throws(CommandError) {
    let names = styles.map(\.name)
    if let name = names.first(where: {
      !StyleDescription.isValidName($0) || $0 == StyleBank.photoName
    }) {
      throw .invalidStyleName(name, folder: path)
    }
    if let twice = Dictionary(grouping: names, by: \.self).first(where: { $1.count > 1 })?.key {
      throw .duplicateStyle(twice, folder: path)
    }
  }

  /// Tells the names of styles whose files have other names.
  var remarks: [Remark] { paintings.compactMap(\.remark) }

  /// The styles called `names`, or all, with their paintings.
  ///
  /// - Parameter onWarning: Called with each warning about a painting.
  func sources(
    named names: [String]?, onWarning: (String) -> Void
  ) throws -> [StyleSource] {
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
      guard let painting = paintings.first(where: { $0.styleName == style.name }) else {
        throw CommandError.noPainting(style.name, folder: path)
      }
      return StyleSource(description: style, painting: try painting.read(onWarning: onWarning))
    }
  }

  /// The description in a `styles.json` beside a painting, else the one that its file's name gives.
  static func description(of painting: PaintingFile) throws -> StyleDescription? {
    let listing = painting.path.pathParts.folder.appendingPath("styles.json")
    guard FileStatus.exists(listing) else { return painting.description }
    return try styles(listedIn: listing).first { $0.name == painting.styleName }
      ?? painting.description
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
}
