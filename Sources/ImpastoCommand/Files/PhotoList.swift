import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions

/// The photos that a command names: files, and folders of files.
struct PhotoList {
  /// A photo, and the folder that it was found in, within the one that was named; empty for that
  /// itself.
  struct Photo {
    let path: String
    var subfolder = ""
  }

  private(set) var photos: [Photo] = []
  /// The inputs that cannot be painted, with the reasons.
  private(set) var refusals: [Remark] = []
  /// The files that the rules for folders leave out.
  private(set) var omissions: [Remark] = []

  /// Finds the photos of `inputs`.
  ///
  /// - Parameters:
  ///   - output: Where results go: a folder within an input is not one of photos.
  ///   - isDeep: Whether folders in folders are searched too.
  ///   - masks: Pictures that are not painted where they lie among others.
  ///   - styles: The names by which results of earlier runs are known.
  /// - Throws: ``CommandError`` or `SessionError` where the only input holds none.
  init(
    inputs: [String], output: String?, isDeep: Bool, masks: [String], styles: [String]
  ) throws {
    let masks = Set(masks.map(FilePlace.init))
    let manifests = Set(output.map(PaintingManifest.paths)?.map(FilePlace.init) ?? [])
    for input in inputs {
      do {
        if try Self.isFolder(input) {
          let folder = try Folder.pictures(in: input, isDeep: isDeep, excluding: output)
          add(folder, masks: masks, manifests: manifests, styles: styles)
        } else {
          photos.append(Photo(path: input))
        }
      } catch {
        if inputs.count == 1 { throw error }
        refusals.append(Remark(input: input, reason: CommandError.words(for: error)))
      }
    }
  }

  /// Returns whether `input` is a folder and not a file, as far as can be told before it is opened.
  ///
  /// - Throws: ``CommandError/noInput(_:)`` where it is neither.
  private static func isFolder(_ input: String) throws(CommandError) -> Bool {
    if input == StandardStream.name { return false }
    do throws(FileError) {
      return try FileStatus(input).kind == .folder
    } catch {
      if case .missing = error { throw .noInput(input) }
      return false
    }
  }

  private mutating func add(
    _ folder: ImageFolder, masks: Set<FilePlace>, manifests: Set<FilePlace>, styles: [String]
  ) {
    for omission in folder.omissions where !manifests.contains(FilePlace(omission.path)) {
      var remark = Remark(omission)
      if omission.reason == .folder { remark.reason += ", which --recursive searches" }
      if omission.reason.isFailure {
        refusals.append(Remark(input: remark.input, reason: remark.text))
      } else {
        omissions.append(remark)
      }
    }
    let names = folder.pictures.map(\.name)
    let results = EarlierResults(in: names, styles: styles)
    for name in names {
      let path = folder.path(of: name)
      if let origin = results.origin(of: name) {
        omissions.append(Remark(input: path, reason: "a result made of \(origin)"))
      } else if masks.contains(FilePlace(path)) {
        omissions.append(Remark(input: path, reason: "a mask"))
      } else {
        let subfolder = name.contains("/") ? name.pathParts.folder : ""
        photos.append(Photo(path: path, subfolder: subfolder))
      }
    }
  }
}
