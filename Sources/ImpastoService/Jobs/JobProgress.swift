import Foundation

/// A line in which the command line tells how far it has come, with `--progress json`.
struct JobProgress: Decodable, Sendable {
  var done, total: Int?
  var share: Double?
  var status: String?
  var loss: Double?
  /// The file of a picture that shows how far the work is.
  var picture: String?

  /// Reads a line; nil for one that says something else.
  init?(_ line: String) {
    guard line.hasPrefix("{"),
      let value = try? JSONDecoder().decode(JobProgress.self, from: Data(line.utf8))
    else { return nil }
    self = value
  }
}

/// The result that the command line prints with `--json`, as far as it says of the file what else is
/// not known.
struct JobReport: Decodable {
  struct Output: Decodable {
    var width, height: Int?
  }

  var width, height: Int?
  var outputs: [Output]?
  /// The steps of a training that are done.
  var steps: Int?

  /// Reads what a command has printed; nil where it has printed no result.
  init?(_ path: String) {
    guard let data = FileManager.default.contents(atPath: path),
      let value = try? JSONDecoder().decode(JobReport.self, from: data)
    else { return nil }
    self = value
  }

  /// The size of the picture or film that was made.
  var size: (width: Int?, height: Int?) {
    (outputs?.first?.width ?? width, outputs?.first?.height ?? height)
  }
}
