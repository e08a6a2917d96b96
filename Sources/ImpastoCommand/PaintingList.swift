import ArgumentParser
import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

/// What a user knows of a painting.
struct ParticularsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The painting's title (default, as of the next: what a styles.json beside it says).",
      valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("Who painted it.", valueName: "text"))
  var artist: String?

  @Option(help: ArgumentHelp("When.", valueName: "text"))
  var year: String?

  @Option(help: ArgumentHelp("Under what terms it may be used.", valueName: "text"))
  var licence: String?

  @Option(help: ArgumentHelp("Where the picture of it came from.", valueName: "text"))
  var source: String?

  /// The first of these options that the user gave.
  var firstGiven: String? {
    [
      ("--title", title), ("--artist", artist), ("--year", year), ("--licence", licence),
      ("--source", source),
    ].first { $1 != nil }?.0
  }
}

/// The paintings that a user names one by one.
struct PaintingList {
  let paths: [String]
  /// One for each painting, or none.
  let names: [String]
  let particulars: ParticularsOptions

  /// The paintings as styles that the model at a path does not know.
  func sources(for model: StyleModel, in checkpoint: String) throws -> [StyleSource] {
    let names = names.isEmpty ? paths.map(StyleFolder.styleName(ofFile:)) : names
    try check(names, unknownTo: model, in: checkpoint)
    return try zip(paths, names).map { path, name in
      StyleSource(
        description: try description(of: path, named: name),
        painting: try StyleFolder.painting(ofFile: path))
    }
  }

  private func check(
    _ names: [String], unknownTo model: StyleModel, in checkpoint: String
  ) throws {
    for (index, name) in names.enumerated() {
      let path = paths[index]
      guard StyleDescription.isValidName(name), name != StyleBank.photoName else {
        throw ValidationError(
          """
          \(path): “\(name)” cannot name a style; choose words of a-z and 0-9 joined by hyphens, \
          and not “photo”, with --name
          """)
      }
      if let twin = names[..<index].firstIndex(of: name) {
        throw ValidationError(
          "\(paths[twin]) and \(path) would both be named “\(name)”; name each with --name")
      }
      if model.bank.names.contains(name) {
        throw ValidationError(
          "\(path): \(checkpoint) has a style named “\(name)” already; choose another with --name")
      }
    }
  }

  /// What the user says of the painting at `path`, else what a list beside it says.
  private func description(of path: String, named name: String) throws -> StyleDescription {
    let listed = try StyleFolder.listing(besideFile: path)
    return StyleDescription(
      name: name, title: particulars.title ?? listed.title,
      artist: particulars.artist ?? listed.artist, year: particulars.year ?? listed.year,
      licence: particulars.licence ?? listed.licence, source: particulars.source ?? listed.source)
  }
}
