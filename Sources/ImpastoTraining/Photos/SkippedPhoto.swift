import ImpastoFiles

/// A photo that training went without.
public struct SkippedPhoto: Sendable, Hashable, Codable {
  /// The photo's name within its folder, as text.
  public let name: String
  /// The reason why it could not be read.
  public let reason: String

  /// Creates a note of a photo that is missing.
  public init(name: String, reason: String) {
    self.name = name.readablePath
    self.reason = reason.readablePath
  }
}
