import ArgumentParser
import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoTraining

/// The options that describe a painting.
struct ParticularsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Title of the painting (default for this and the next four options: the styles.json beside it).",
      valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("Painter.", valueName: "text"))
  var artist: String?

  @Option(help: ArgumentHelp("When.", valueName: "text"))
  var year: String?

  @Option(help: ArgumentHelp("Licence of the picture.", valueName: "text"))
  var licence: String?

  @Option(help: ArgumentHelp("Source of the picture.", valueName: "text"))
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
  let files: [PaintingFile]
  /// One for each painting, or none.
  let names: [String]
  let particulars: ParticularsOptions

  /// The paintings as styles that the model at a path does not know.
  ///
  /// - Parameter onWarning: Called with each warning about a painting.
  func sources(
    for model: StyleModel, in checkpoint: String, onWarning: (String) -> Void
  ) throws -> [StyleSource] {
    let names = names.isEmpty ? files.map { $0.styleName ?? $0.title } : names
    try check(names, unknownTo: model, in: checkpoint)
    return try zip(files, names).map { file, name in
      StyleSource(
        description: try description(of: file, named: name),
        painting: try file.read(onWarning: onWarning))
    }
  }

  private func check(
    _ names: [String], unknownTo model: StyleModel, in checkpoint: String
  ) throws {
    for (index, name) in names.enumerated() {
      let path = files[index].path
      guard StyleDescription.isValidName(name), name != StyleBank.photoName else {
        throw ValidationError(
          """
          \(path): “\(name)” cannot name a style; choose words of a-z and 0-9 joined by hyphens, \
          and not “photo”, with --name
          """)
      }
      if let twin = names[..<index].firstIndex(of: name) {
        throw ValidationError(
          "\(files[twin].path) and \(path) would both be named “\(name)”; name each with --name")
      }
      if model.bank.names.contains(name) {
        throw ValidationError(
          "\(path): \(checkpoint) has a style named “\(name)” already; choose another with --name")
      }
    }
  }

  /// Tells the names of styles whose files have other names.
  var remarks: [Remark] { names.isEmpty ? files.compactMap(\.remark) : [] }

  /// The user's description of a painting, else that of a list beside it.
  private func description(of file: PaintingFile, named name: String) throws -> StyleDescription {
    let listed =
      try StyleFolder.description(of: file) ?? StyleDescription(name: name, title: file.title)
    return StyleDescription(
      name: name, title: particulars.title ?? listed.title,
      artist: particulars.artist ?? listed.artist, year: particulars.year ?? listed.year,
      licence: particulars.licence ?? listed.licence, source: particulars.source ?? listed.source)
  }
}
