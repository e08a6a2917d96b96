import Foundation
import ImpastoFiles
package import ImpastoImaging
package import ImpastoNetworks

/// The picture of a painting that is to be learned.
package struct PaintingFile {
  package let path: String
  /// The name of the file without its extension.
  package let title: String
  /// The name of the style that the file gives, if it gives one.
  ///
  /// It is the title's words in small Latin letters and digits, as many as there is room for,
  /// joined by hyphens. A title without any gives none, nor does “photo”, which no style can be
  /// named.
  package let styleName: String?

  package init(_ path: String) {
    self.path = path
    title = (path.pathParts.name.readablePath as NSString).deletingPathExtension
    styleName = Self.styleName(from: title)
  }

  /// The description of the style where no list has one.
  package var description: StyleDescription? {
    styleName.map { StyleDescription(name: $0, title: title) }
  }

  /// Tells the name of the style, where it is not simply that of the file.
  package var remark: Remark? {
    let words = title.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    guard let styleName, styleName != words else { return nil }
    return Remark(input: path, reason: "its style is named \(styleName)")
  }

  /// The minimum height and width of a painting; smaller ones show no strokes.
  package static let minimumExtent = 64

  /// Reads the picture.
  ///
  /// - Parameter onWarning: Called with each warning.
  package func read(onWarning: (String) -> Void) throws -> Image {
    let painting = try Image(contentsOf: path, onWarning: onWarning)
    guard min(painting.width, painting.height) >= Self.minimumExtent else {
      throw SessionError.smallPainting(path, width: painting.width, height: painting.height)
    }
    return painting
  }

  private static let nameLimit = 100

  private static func styleName(from title: String) -> String? {
    let toASCII = StringTransform("Any-Latin; Latin-ASCII; Lower")
    let words = (title.applyingTransform(toASCII, reverse: false) ?? "")
      .split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    var name = words.first.map { String($0.prefix(nameLimit)) } ?? ""
    for word in words.dropFirst() {
      guard name.count + 1 + word.count <= nameLimit else { break }
      name += "-\(word)"
    }
    return name.isEmpty || name == StyleBank.photoName ? nil : name
  }
}
