/// A page of HTML without scripts or references to anything outside it.
struct ReportPage {
  /// The heading.
  let title: String
  let styleSheet: String
  /// The parts below the heading.
  let sections: [String]

  var html: String {
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
}
