import Foundation
import ImpastoFiles

/// Text without characters that a terminal would interpret: names of files and text from files may
/// contain any.
package enum PlainText {
  /// Words for people: control characters, and those that turn the direction of writing, as `\u001B`,
  /// and bytes of paths that are no text as `\xE9`.
  package static func words(_ text: String) -> String {
    replacing(in: text) { scalar in scalar == "\n" ? nil : escape(scalar) }.readablePath
  }

  /// A document of JSON, which still says the same, but for bytes of paths that are no text.
  package static func json(_ document: String) -> String {
    replacing(in: document) { scalar in
      let byte = String(scalar).readablePath
      if byte != String(scalar) { return "\\\(byte)" }
      // The control characters of ASCII up to the space are the document's own line breaks.
      return scalar.value < 0x20 ? nil : escape(scalar)
    }
  }

  private static func replacing(
    in text: String, _ replacement: (Unicode.Scalar) -> String?
  ) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let replacement = replacement(scalar) {
        result.append(contentsOf: replacement.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// The escape of a character that a terminal may obey.
  private static func escape(_ scalar: Unicode.Scalar) -> String? {
    let isObeyed =
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: scalar.properties.isBidiControl
      }
    return isObeyed ? String(format: "\\u%04X", scalar.value) : nil
  }
}
