import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoNetworks
import ImpastoSessions

/// The names of a network's styles in the order of its rows, as a user wrote them into a file.
struct NamesFile {
  let styles: [StyleDescription]

  /// The most bytes that are read.
  private static let limit = 1 << 20

  /// Reads the file at `path`, which has to name `count` styles.
  init(contentsOf path: String, count: Int) throws {
    guard let text = String(data: try Self.data(path), encoding: .utf8) else {
      throw ValidationError("--names \(path): cannot be read as text in UTF-8")
    }
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard lines.count == count else {
      throw ValidationError(
        "--names \(path): \(lines.count.of("name")), where the network has \(count.of("style"))")
    }
    styles = lines.map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      func field(_ index: Int) -> String { index < fields.count ? fields[index] : "" }
      return StyleDescription(name: field(0), title: field(1), artist: field(2), year: field(3))
    }
    for (index, style) in styles.enumerated() {
      guard Self.isUsable(style.name) else {
        throw ValidationError("--names \(path), line \(index + 1): \(Self.fault(of: style.name))")
      }
      if styles[..<index].contains(where: { $0.name == style.name }) {
        throw ValidationError(
          "--names \(path), line \(index + 1): “\(style.name)” is there before; name each style once"
        )
      }
    }
  }

  private static func data(_ path: String) throws(FileError) -> Data {
    do throws(FileError) {
      return try FileContents.read(path, atMost: limit)
    } catch .empty {
      return Data()
    }
  }

  /// Returns whether a style can have the name.
  static func isUsable(_ name: String) -> Bool {
    StyleDescription.isValidName(name) && name != StyleBank.photoName
  }

  /// The reason why it cannot.
  static func fault(of name: String) -> String {
    "“\(name)” cannot name a style; expected words of a-z and 0-9 joined by hyphens, and not "
      + "“\(StyleBank.photoName)”"
  }
}
