import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoService
import TestSupport

/// A queue of jobs on a data folder of its own, with a photo in it.
struct QueueFixture: Sendable {
  let folder: TemporaryFolder
  let data: DataFolder
  let queue: JobQueue
  let photo: Identifier

  /// - Parameter program: The path of what is run as `impasto`.
  init(
    program: String = Program.path(of: "impasto"), limits: DataLimits = DataLimits()
  ) async throws {
    folder = try TemporaryFolder()
    data = try DataFolder(at: folder.file("data"), limits: limits)
    queue = JobQueue(
      folder: data, program: program,
      models: try ModelLibrary([RunningServer.model], folder: folder.file("models")))
    photo = try await Self.addPhoto(to: data)
  }

  /// Keeps a photo in which no two pixels of a row are alike.
  static func addPhoto(
    to data: DataFolder, width: Int = 96, height: Int = 64, name: String = "my photo.png"
  ) async throws -> Identifier {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels += [UInt8(x * 7 & 255), UInt8(y * 11 & 255), UInt8((x ^ y) & 255)]
      }
    }
    let file = data.temporaryFile() + ".png"
    try Image(width: width, height: height, pixels: pixels).write(to: file)
    return try await data.addPhoto(from: file, type: "image/png", name: name).id
  }

  /// Settings of a picture, of `size` pixels along the longer side.
  func stylize(
    photo: Identifier? = nil, size: Int = 96, style: String = "great-wave"
  ) throws -> JobSettings {
    try settings(
      """
      {"kind": "stylize", "settings":
      {"photo": "\(photo ?? self.photo)", "styles": "\(style)", "size": \(size)}}
      """)
  }

  /// Settings of an animation; of 9999 frames it takes minutes.
  func interpolate(frames: Int = 9999) throws -> JobSettings {
    try settings(
      """
      {"kind": "interpolate", "settings":
      {"photo": "\(photo)", "through": ["great-wave", "photo"], "frames": \(frames)}}
      """)
  }

  /// Settings as requests give them.
  func settings(_ json: String) throws -> JobSettings {
    try JSONDecoder().decode(JobSettings.self, from: Data(json.utf8))
  }

  /// The folder in which a job's program works.
  func work(of id: Identifier) -> String { "\(data.path)/jobs/\(id)/work" }

  /// Waits for the end of a job.
  func end(of id: Identifier) async throws -> ImpastoService.Job? {
    if let events = try await queue.events(of: id) { for await _ in events {} }
    return try await queue.job(id)
  }

  /// Waits until a job tells of its work.
  func progress(of id: Identifier) async throws {
    guard let events = try await queue.events(of: id) else { return }
    for await event in events {
      if let job = event.data as? ImpastoService.Job, job.progress != nil { return }
    }
  }
}

extension ImpastoService.Job {
  /// The problem of an answer.
  struct Problem: Decodable {
    let status: Int
    let detail: String
  }

  /// The problem that clients see.
  var problem: Problem? {
    get throws {
      struct Answer: Decodable { let problem: Problem? }
      return try JSONDecoder().decode(Answer.self, from: JSONEncoder().encode(self)).problem
    }
  }
}
