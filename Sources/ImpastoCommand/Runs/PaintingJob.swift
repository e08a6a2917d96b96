import ImpastoSessions

/// One photo and the file for its stylised picture.
struct PaintingJob: Codable, Equatable, Sendable {
  let input: String
  let output: String
}

/// A job as it is dealt to the rank that does it.
struct PaintingPiece: Codable, Sendable {
  let job: PaintingJob
  /// Its line of the manifest, to be completed; nil where there is no manifest.
  let line: PaintedPhoto?
}

/// The outcome of a job.
struct PaintingOutcome: Codable, Sendable {
  let piece: PaintingPiece
  /// The description of the result, if there is one.
  var output: PaintedOutput?
  /// The file of the result, for the manifest.
  var result: PaintedPhoto.Result?
  /// The reason why there is no result.
  var failure: String?
  /// The number of the signal that asked for an end before the job was done.
  var stop: Int32?
  /// Further remarks about the photo.
  var notes: [String] = []
  /// The warnings about its file.
  var warnings: [String] = []
}

/// The places of photos and results, one after the other.
protocol JobSource {
  /// The folder for all results, if they go to one.
  var folder: String? { get }
  /// Indicates whether the one result goes to standard output.
  var isStreamed: Bool { get }
  /// The number of jobs, as far as it is known before the last of them.
  var count: Int? { get }
  /// The inputs that cannot be painted, with the reasons, as far as they are known before the first job.
  var refusals: [Remark] { get }
  /// The inputs that need not be painted, likewise.
  var omissions: [Remark] { get }

  /// The next entry; nil where there is none, which may change as long as the source is open. It does
  /// not wait for a program that writes the list.
  mutating func next() throws -> JobEntry?

  /// Indicates whether entries may still come after there was none.
  var isOpen: Bool { get }
}

/// The entry of a source for one photo.
enum JobEntry: Equatable {
  case job(PaintingJob)
  /// It cannot be painted.
  case refusal(PaintingJob, reason: String)
  /// It need not be painted.
  case omission(Remark)
}
