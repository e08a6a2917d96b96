import ImpastoSessions

/// The errors of sessions as the command line reports them.
extension SessionError {
  /// The text with the options that settings are given by.
  var words: String { text { "--\($0)" } }

  /// Indicates whether the command line itself is wrong, and not a file or this machine.
  var isMistake: Bool {
    switch self {
    case .unknownFrameFormat, .noStyleNames, .unknownStyle, .disagrees, .otherGoal, .otherColors,
      .otherStyles, .otherOrigin, .otherArchitecture, .tooFewSteps, .noFreeSteps, .badImageSize:
      true
    default:
      false
    }
  }
}
