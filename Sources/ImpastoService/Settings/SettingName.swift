import Foundation

/// The names of settings: `stroke-size` in errors and, after two hyphens, on the command line;
/// `strokeSize` in requests.
enum SettingName {
  /// The name in requests.
  static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "-")
    return words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
  }

  /// The name on the command line, without its hyphens.
  static func kebabCase(_ name: String) -> String {
    name.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
  }
}
