import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoVideo

/// The value of one `--region`, as the user wrote it: a mask and its mixture.
struct RegionArgument {
  let mask: String
  let mixture: StyleMixture
  private let text: String

  /// Reads `sky.png=great-wave` or `sky.png=great-wave:0.7,hokusai-poppies:0.3`.
  init(_ text: String) throws {
    // Paths may contain the sign, styles do not.
    guard let sign = text.lastIndex(of: "="), sign != text.startIndex,
      text.index(after: sign) != text.endIndex
    else {
      throw ValidationError(
        "--region \(text): expected MASK=STYLE, a picture and a style, such as sky.png=great-wave")
    }
    self.text = text
    mask = String(text[..<sign])
    mixture = try StyleArgument.mixture(
      String(text[text.index(after: sign)...]), option: "--region \(text)")
  }

  /// Refuses a style that `model` lacks, with the names that may have been meant.
  func check(against model: StyleModel) throws {
    try StyleArgument.check(mixture, against: model, option: "--region \(text)")
  }

  /// Reads the mask.
  ///
  /// - Parameter onWarning: Called with each warning.
  func readMask(onWarning: (String) -> Void) throws -> Mask {
    let read = try Mask(contentsOf: mask, onWarning: onWarning)
    guard !read.isBlack else { throw SessionError.blackMask(mask) }
    return read
  }

  /// Reads the mask of a film, a picture or another film.
  ///
  /// - Parameter onWarning: Called with each warning.
  func readFilmMask(onWarning: (String) -> Void) throws -> FilmRegion.Place {
    do {
      return .still(try readMask(onWarning: onWarning))
    } catch let noPicture as ImageError {
      guard case .notAPicture = noPicture else { throw noPicture }
      do throws(VideoError) {
        return .moving(try VideoFile(mask))
      } catch {
        if case .notFilm = error { throw noPicture }
        throw error
      }
    }
  }

  /// The region's part of a result's name.
  var fileNameSuffix: String {
    let name = (mask.pathParts.name as NSString).deletingPathExtension
    return "\(name)-\(mixture.fileNameSuffix)"
  }
}
