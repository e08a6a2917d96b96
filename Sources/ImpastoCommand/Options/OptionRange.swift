import ArgumentParser
import ImpastoSessions

/// The ranges of numbers that options take.
enum OptionRange {
  /// Refuses a value of the option for `setting`, such as `octaves`, that lies outside of `range`.
  static func check<Value: Comparable>(
    _ setting: String, _ value: Value?, _ range: ClosedRange<Value>
  ) throws(ValidationError) {
    try SessionError.asMistake { () throws(SessionError) in
      try SessionError.check(setting, value, range)
    }
  }

  /// Refuses a count that is not 1 or more.
  static func check(_ setting: String, _ value: Int?) throws(ValidationError) {
    try SessionError.asMistake { () throws(SessionError) in
      try SessionError.check(setting, value)
    }
  }

  /// Refuses a side of the squares that are cut out of photos which no network can be trained on.
  static func checkImageSize(_ side: Int?) throws(ValidationError) {
    try check("image-size", side, 32...1024)
    if let side, !side.isMultiple(of: 4) {
      throw ValidationError("--image-size \(side): expected a multiple of 4")
    }
  }
}
