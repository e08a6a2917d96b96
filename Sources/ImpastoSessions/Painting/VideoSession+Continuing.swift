import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
package import ImpastoStylizing
import ImpastoTensors
import ImpastoVideo

extension VideoSession {
  /// All that has to be the same for the ranks that paint the film.
  package func facts(_ stylizer: Stylizer) throws -> Facts {
    var facts = try Facts(continuedSettings(stylizer))
    facts.values["arithmetic"] = "\(Arithmetic.current)"
    return facts
  }

  /// All that the frames of the result depend on, in words by which a run that is continued is told
  /// from another.
  func continuedSettings(_ stylizer: Stylizer) throws(FileError) -> [String: String] {
    var settings = [
      "film": try inputWords,
      "part of the film":
        "\(selection.start) s and \(selection.duration.map { "\($0) s" } ?? "all")",
      "size": selection.longerSide.map { "\($0)" } ?? "that of the film",
      "codec": encoding.codec?.rawValue ?? "the usual",
      "quality": encoding.rateFactor.map { "\($0)" } ?? "the usual",
      "preset": encoding.preset ?? "the usual",
      "style": zip(styles.mixtures, styles.seconds).map { "\($0) at \($1) s" }
        .joined(separator: ", "),
      "stroke size": "\(strokeSize)",
      "choice of colours": keepsColors ? "those of the film" : "those of the style",
      "steadiness": isSteady ? "on" : "off",
      "network": stylizer.model.fingerprint,
      "precision": stylizer.scalarType.rawValue,
      "backend": stylizer.backend.name,
      "set of instructions": InstructionSet.current.rawValue,
    ]
    for (index, region) in regions.enumerated() {
      let mask =
        switch region.place {
        case .still(let mask): SHA256Digest.hexadecimal(of: mask.levels)
        case .moving(let film): try FileStatus(film.path).words
        }
      settings["region \(index + 1)"] = "\(region.mixture), mask \(mask)"
    }
    return settings
  }

  private var inputWords: String {
    get throws(FileError) {
      switch input {
      case .film(let film): return try FileStatus(film.path).words
      case .folder(let folder, let speed):
        var words = ["\(speed) frames a second"]
        for picture in folder.pictures {
          words.append(try FileStatus(folder.path(of: picture.name)).words)
        }
        return words.joined(separator: "; ")
      case .standardInput: return "standard input"
      }
    }
  }
}

extension FileStatus {
  /// The size and the time of the last change, by which a file is told from another.
  fileprivate var words: String { "\(size) bytes, changed \(changed)" }
}
