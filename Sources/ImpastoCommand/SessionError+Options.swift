import ArgumentParser
import ImpastoSessions

/// The errors of sessions as the command line reports them.
extension SessionError {
  /// The text with the options that settings are given by, and the names of commands.
  var words: String {
    switch self {
    case .otherGoal(let addsRows):
      "this run was begun by `impasto \(addsRows ? "add-style" : "train")`; go on so"
    case .damagedListing:
      "\(text { "--\($0)" }), as `impasto styles --json` prints them"
    default: text { "--\($0)" }
    }
  }

  /// Indicates whether the command line itself is wrong, and not a file or this machine.
  var isMistake: Bool {
    switch self {
    case .unknownFrameFormat, .noStyleNames, .outOfRange, .unknownStyle,
      .disagrees, .otherGoal,
      .otherColors, .otherStyles, .otherOrigin, .otherTeacher, .otherArchitecture, .tooFewSteps,
      .noFreeSteps, .outputIsInput, .badImageSize, .tooManyRanks:
      true
    default:
      false
    }
  }

  /// Runs a check of options, whose mistake ArgumentParser then reports.
  static func asMistake(_ check: () throws(SessionError) -> Void) throws(ValidationError) {
    do throws(SessionError) { try check() } catch { throw ValidationError(error.words) }
  }
}
