import ArgumentParser
import ImpastoVideo

extension VideoError {
  /// Runs a check of the name of an output, whose mistake ArgumentParser then reports.
  static func asMistakeOfOutput<Result>(
    _ check: () throws(VideoError) -> Result
  ) throws(ValidationError) -> Result {
    do throws(VideoError) {
      return try check()
    } catch {
      throw ValidationError("--output \(error.description)")
    }
  }
}
