import Foundation
import ImpastoFiles
import ImpastoTraining

/// A page of HTML without scripts or references to anything outside it.
package struct ReportPage {
  /// The heading.
  private let title: String
  private let styleSheet: String
  /// The parts below the heading.
  private let sections: [String]

  /// Creates a page; `styleSheet` and `sections` are CSS and HTML, the title is plain text.
  package init(title: String, styleSheet: String, sections: [String]) {
    self.title = title
    self.styleSheet = styleSheet
    self.sections = sections
  }

  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title.escapedForHTML)</title>
    <style>
    \(styleSheet)
    </style>
    </head>
    <body>
    <main>
    <h1>\(title.escapedForHTML)</h1>
    \(sections.joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  /// Writes the page to `path`, replacing what is there only once it is complete.
  func write(to path: String) throws(TrainingError) {
    do throws(FileError) {
      try AtomicFile.write(Data(html.utf8), to: path)
    } catch {
      throw .file(error)
    }
  }
}

extension String {
  /// The text with the characters that mean something to HTML replaced.
  package var escapedForHTML: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
