import Foundation
import ImpastoFiles
import ImpastoNetworks

/// The loss network in its place, as `weights install` and `weights import` leave it.
struct InstalledWeights: Encodable {
  let path: String
  let isNew: Bool

  private enum CodingKeys: String, CodingKey {
    case path
    case isNew = "new"
  }

  /// Converts `source` and puts the result in its place.
  static func convert(_ source: String) throws {
    try Directory.make((VGG19.cachePath as NSString).deletingLastPathComponent)
    try VGG19.convert(source, to: VGG19.cachePath)
  }

  func report(on console: Console) throws {
    if console.isJSON { return try console.result(json: self) }
    console.result(isNew ? "installed \(path)" : "already installed: \(path)")
  }
}
