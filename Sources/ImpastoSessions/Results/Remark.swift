package import ImpastoImaging

/// Something that a session leaves out, and the reason.
public struct Remark: Encodable, Equatable, Sendable {
  /// A path, as the user named it or found in what they named.
  public var input: String
  /// The reason, as words that end a sentence.
  public var reason: String

  /// Creates a remark about `input`.
  public init(input: String, reason: String) { (self.input, self.reason) = (input, reason) }

  /// Both in one line.
  public var text: String { "\(input): \(reason)" }
}

extension Remark {
  package init(_ omission: ImageFolder.Omission) {
    self.init(input: omission.path, reason: omission.reason.description)
  }
}
