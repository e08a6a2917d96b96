import ImpastoImaging

/// Something that a command leaves out, and the reason.
struct Remark: Encodable, Equatable {
  /// A path, as the user named it or found in what they named.
  var input: String
  var reason: String

  /// Both in one line.
  var text: String { "\(input): \(reason)" }
}

extension Remark {
  init(_ omission: ImageFolder.Omission) {
    self.init(input: omission.path, reason: omission.reason.description)
  }
}
