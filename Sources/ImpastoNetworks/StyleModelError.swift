public import Foundation
public import ImpastoModelFiles

/// The reasons a style model cannot be read, written or asked for a picture.
///
/// The first value of the cases about files is the path; of the others it is the name of a style.
public enum StyleModelError: Error, Equatable, Sendable {
  /// The file cannot be read or written.
  case file(ModelFileError)
  /// The file is sound but holds no style model, or a damaged one; `reason` says what is wrong.
  case notModel(String, reason: String)
  /// The file is of a later format, whose version is `found`.
  case unsupportedVersion(String, found: String)
  /// The text, the first value, is not a mixture of styles, for the reason given.
  case badMixture(String, reason: String)
  /// The model lacks a style; `known` are the names of those that it has.
  case unknownStyle(String, known: [String])
  /// Another style has the name already.
  case styleExists(String)
  /// No style can have the name.
  case badName(String)
  /// A style is asked for, or to be made, by the name of the row `photo`.
  case reservedName
  /// The only style of a model is to be removed.
  case lastStyle(String)
  /// The file holds tensors besides a checkpoint's, which replacing it would lose.
  case holdsMore(String)
  /// The file is a style file, where a checkpoint is expected.
  case isStyleFile(String)
  /// The file is a checkpoint, where a style file is expected.
  case isCheckpoint(String)
  /// The file is a checkpoint of `impasto train-enlarge`, where one of styles is expected.
  case isEnlarger(String)
  /// The file is a checkpoint of styles, where one of `impasto train-enlarge` is expected.
  case isStyleModel(String)
  /// The file is sound but holds no network that enlarges, or a damaged one; `reason` says what is
  /// wrong.
  case notEnlarger(String, reason: String)
  /// The checkpoint of a network that enlarges is of a later format, whose version is `found`.
  case unsupportedEnlarger(String, found: String)
  /// The file is sound but holds no style, or a damaged one; `reason` says what is wrong.
  case notStyleFile(String, reason: String)
  /// The style file is of a later format, whose version is `found`.
  case unsupportedStyleFile(String, found: String)
  /// The style of a file belongs to the network `found`, and not to that of the model, `expected`;
  /// both are fingerprints.
  case foreignStyle(String, found: String, expected: String)
  /// The file was exported by this program and cannot be imported again, for the reason given.
  case changedExport(String, reason: String)
  /// The model has a style called `name`, as the style file does; `isSame` where it is this very
  /// one.
  case importClash(String, name: String, isSame: Bool)
}

extension StyleModelError: LocalizedError, CustomStringConvertible {
  /// The file or style, what is wrong with it and what to do.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .notModel(let path, let reason):
      "\(path): not a style model: \(reason); name a checkpoint that `impasto train` made"
    case .unsupportedVersion(let path, let found):
      "\(path): a style model of format \(found), and this program reads formats "
        + "\(StyleModel.widthsVersion) and \(StyleModel.formatVersion); use the version of impasto "
        + "that wrote it or a newer one"
    case .badMixture(let text, let reason):
      "“\(text)” is not a mixture of styles: \(reason); write NAME or NAME:WEIGHT,NAME:WEIGHT "
        + "with weights of zero or more, not all zero"
    case .unknownStyle(let name, let known):
      Self.unknownStyleText(name, known: known)
    case .styleExists(let name):
      "a style is named “\(name)” already; choose another name"
    case .badName(let name):
      "“\(name)” cannot name a style; expected words of a-z and 0-9 joined by hyphens, 100 "
        + "characters at most"
    case .reservedName:
      "“\(StyleBank.photoName)” is not a style but the row that returns the photo itself; choose "
        + "another name"
    case .lastStyle(let name):
      "“\(name)” is the only style, and a network without styles cannot paint; add another before "
        + "it is removed"
    case .holdsMore(let path):
      "\(path): holds more than a checkpoint, such as the state of a run, which would be lost; name "
        + "another file to write to"
    case .isStyleFile(let path):
      "\(path): a style file, where a checkpoint is expected; add it to a checkpoint with "
        + "`impasto styles import \(path)`"
    case .isCheckpoint(let path):
      "\(path): a checkpoint, where a style file is expected; take a style out of it with "
        + "`impasto styles export NAME --model \(path)`"
    case .isEnlarger(let path):
      "\(path): a network that enlarges pictures, where one that paints styles is expected; use it with "
        + "`impasto enlarge --model \(path)`"
    case .isStyleModel(let path):
      "\(path): a network that paints styles, where one that enlarges pictures is expected; name a "
        + "checkpoint that `impasto train-enlarge` made"
    case .notEnlarger(let path, let reason):
      "\(path): not a network that enlarges pictures: \(reason); name a checkpoint that "
        + "`impasto train-enlarge` made"
    case .unsupportedEnlarger(let path, let found):
      "\(path): a network that enlarges pictures, of format \(found), and this program reads format "
        + "\(EnlargementModel.formatVersion); use the version of impasto that wrote it or a newer one"
    case .notStyleFile(let path, let reason):
      "\(path): not a style file: \(reason); name a file that `impasto styles export` made"
    case .unsupportedStyleFile(let path, let found):
      "\(path): a style file of format \(found), and this program reads format "
        + "\(StyleFile.formatVersion); use the version of impasto that wrote it or a newer one"
    case .foreignStyle(let path, let found, let expected):
      "\(path): a style of the network \(found), which does not fit the network \(expected); "
        + "import it into a checkpoint of its own network, or learn its painting here with "
        + "`impasto add-style`"
    case .changedExport(let path, let reason):
      "\(path): an export of impasto, but \(reason); export its checkpoint again, without --style"
    case .importClash(let path, let name, let isSame):
      "\(path): "
        + (isSame
          ? "this very style is here already, as “\(name)”" : "a style is named “\(name)” already")
        + "; import it under another name with --as NAME"
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }

  private static func unknownStyleText(_ name: String, known: [String]) -> String {
    if !name.isEmpty, name.allSatisfy(\.isNumber) {
      return
        "no style is named “\(name)”; if it is part of a weight, write that with a point, as in "
        + "NAME:0.\(name)"
    }
    if known.count == 1 {
      return
        "no style is named “\(name)”: the network has one style, “\(known[0])”, and nothing to "
        + "blend it with"
    }
    let near = NearNames.nearest(to: name.lowercased(), in: known)
    return near.isEmpty
      ? "no style is named “\(name)”; `impasto styles` lists those there are"
      : "no style is named “\(name)”; did you mean \(near.joined(separator: ", "))?"
  }
}
