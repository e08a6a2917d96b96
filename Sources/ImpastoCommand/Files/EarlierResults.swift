import Foundation
import ImpastoFiles
import ImpastoNetworks
import ImpastoSessions

/// Tells the results of earlier runs from photos, by the names that ``ResultName`` gives.
///
/// A picture is a result where it is named after another one in its folder and a style:
/// `photo-great-wave.png` beside `photo.jpg`.
struct EarlierResults {
  /// The names of pictures by what names of their results begin with.
  private let origins: [String: String]
  private let styles: [String]

  /// Prepares to tell the results among pictures of these names, which may lie in several folders.
  init(in names: [String], styles: [String]) {
    self.styles = styles + [StyleMixture.blendName]
    var origins: [String: String] = [:]
    for name in names {
      let stem = (name as NSString).deletingPathExtension
      origins[stem] = name
      origins["\(stem)-\((name as NSString).pathExtension)"] = name
    }
    self.origins = origins
  }

  /// The name of the picture that the one called `name` is a result of, if it is one.
  func origin(of name: String) -> String? {
    guard name.lowercased().hasSuffix(".png") else { return nil }
    let stem = (name as NSString).deletingPathExtension
    return stem.indices.lazy.filter { stem[$0] == "-" }.compactMap { hyphen in
      let ending = stem[stem.index(after: hyphen)...]
      if ending.contains("/") { return nil }
      return styles.contains { ending == $0 || ending.hasPrefix("\($0)-") }
        ? origins[String(stem[..<hyphen])] : nil
    }.first
  }
}
