package import Foundation

/// A job as clients see it.
package struct Job: Encodable, Sendable {
  /// The states of a job.
  package enum State: String, Codable, Sendable {
    case queued, running, done, failed, canceled

    /// Indicates whether nothing more will happen to the job.
    package var isEnded: Bool { self != .queued && self != .running }
  }

  /// The file that a job has made.
  package struct Result: Codable, Sendable {
    /// The path of the file in the service.
    package let url: String
    package let type: String
    package let bytes: Int
    /// The name that the file is to have.
    package let name: String
    /// The size of a picture or film; absent for other files.
    package let width, height: Int?
  }

  package let id: Identifier
  package let state: State
  /// The share of the work that is done, 0 to 1; nil where that is not known.
  package let progress: Double?
  /// The words about what is being done; nil where there are none.
  package let message: String?
  /// The number of the job among those that wait, from 1; nil for others.
  package let position: Int?
  package let settings: JobSettings
  /// The command line that does the same.
  package let command: String
  package let created: Date
  package let started, ended: Date?
  /// Nil until the job is done.
  package let result: Result?
  /// The reason why a job has failed; nil for others.
  let problem: Problem?
  /// The path in the service of the newest picture that shows how far the job is, if there is one.
  package let preview: String?
  /// The newest losses of a training, each with its step; left out of other jobs.
  package let losses: [[Double]]?

  private enum Key: CodingKey {
    case id, state, progress, message, position, command, created, started, ended, result, problem
    case preview, losses
  }

  package func encode(to encoder: any Encoder) throws {
    // The kind and the settings are beside the rest.
    try settings.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(id, forKey: .id)
    try container.encode(state, forKey: .state)
    try container.encode(progress, forKey: .progress)
    try container.encode(message, forKey: .message)
    try container.encode(position, forKey: .position)
    try container.encode(command, forKey: .command)
    try container.encode(created, forKey: .created)
    try container.encode(started, forKey: .started)
    try container.encode(ended, forKey: .ended)
    try container.encode(result, forKey: .result)
    try container.encode(problem, forKey: .problem)
    try container.encode(preview, forKey: .preview)
    try container.encodeIfPresent(losses, forKey: .losses)
  }
}

/// Something that happened to a job.
package struct JobEvent: Sendable {
  /// The number, which grows from one to the next, also beyond a restart of the server.
  package let number: Int
  /// The name: `progress`, `preview` or `end`.
  package let name: String
  /// The job; of a preview where its picture is.
  package let data: any Encodable & Sendable
}

/// The picture of an event.
struct JobPreview: Encodable, Sendable {
  let url: String
}
