import Foundation

/// Where a command's words go: results to standard output, all else to standard error.
struct Console: Sendable {
  let isQuiet: Bool
  let isVerbose: Bool
  let isJSON: Bool

  /// Prints a line of the result, unless it is given as JSON or not wanted.
  func result(_ line: String) {
    if !isQuiet, !isJSON { Self.write(line, to: .standardOutput) }
  }

  /// Prints the result as the one JSON object on standard output.
  func result(json value: some Encodable) throws {
    Self.write(String(decoding: try Self.json(value), as: UTF8.self), to: .standardOutput)
  }

  /// `value` as the program writes JSON.
  static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  /// Prints what a user wants to know while waiting.
  func note(_ line: String) {
    if !isQuiet { Self.write(line, to: .standardError) }
  }

  /// Prints what only a curious user wants to know.
  func detail(_ line: @autoclosure () -> String) {
    if isVerbose { Self.write(line(), to: .standardError) }
  }

  /// Prints an error after which the command goes on.
  static func writeError(_ text: String) { write("error: \(text)", to: .standardError) }

  private static func write(_ line: String, to file: FileHandle) {
    // Text from files may hold what a terminal would obey.
    let text = line.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control && scalar != "\n" ? " " : Character(scalar)
    }
    // A closed pipe is no failure of the command.
    try? file.write(contentsOf: Data("\(String(text))\n".utf8))
  }
}
