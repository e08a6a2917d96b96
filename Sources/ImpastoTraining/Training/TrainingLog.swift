import Foundation
import ImpastoFiles

/// A file of JSON lines, one for each training step.
public final class TrainingLog {
  /// One line: the losses of a step, and how fast it went.
  public struct Record: Sendable, Equatable {
    /// The losses.
    public var losses: StepRecord
    /// Photos per second.
    public var imagesPerSecond: Double

    /// Creates a record.
    public init(losses: StepRecord, imagesPerSecond: Double) {
      self.losses = losses
      self.imagesPerSecond = imagesPerSecond
    }
  }

  /// The records in the file, in the order of their steps.
  public private(set) var records: [Record]
  private let path: String
  private let file: FileHandle
  private let encoder: JSONEncoder

  /// Opens the log at `path`, or begins one there.
  ///
  /// The lines of steps after `completedSteps` are dropped, since a resumed run does these again,
  /// and so is a line that a crash has cut short.
  public init(path: String, keepingSteps completedSteps: Int) throws(TrainingError) {
    let kept = try Self.records(at: path).filter { $0.losses.step <= completedSteps }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let lines = try kept.map { try encoder.encode($0) + [0x0A] }
      try AtomicFile.write(Data(lines.joined()), to: path)
      file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.seekToEnd()
    } catch {
      throw Self.writingFailed(path, error)
    }
    self.encoder = encoder
    self.path = path
    records = kept
  }

  deinit { try? file.close() }

  /// Adds a line.
  public func append(_ record: Record) throws(TrainingError) {
    do {
      try file.write(contentsOf: encoder.encode(record) + [0x0A])
    } catch {
      throw Self.writingFailed(path, error)
    }
    records.append(record)
  }

  /// Reads the log at `path`; where there is none, it has no records.
  ///
  /// - Throws: ``TrainingError/damagedLog(_:line:)`` or ``TrainingError/file(_:)``.
  public static func records(at path: String) throws(TrainingError) -> [Record] {
    let data: Data
    do throws(FileError) {
      data = try FileContents.read(path)
    } catch {
      switch error {
      case .missing, .empty: return []
      default: throw .file(error)
      }
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
    // What follows the last end of a line is nothing, or a line that a crash has cut short.
    lines.removeLast()
    var records: [Record] = []
    for (index, line) in lines.enumerated() {
      do {
        records.append(try decoder.decode(Record.self, from: line))
      } catch {
        throw .damagedLog(path, line: index + 1)
      }
    }
    return records
  }

  private static func writingFailed(_ path: String, _ error: any Error) -> TrainingError {
    .file(
      error as? FileError ?? .cannotWrite(path: path, reason: error.localizedDescription))
  }
}

extension TrainingLog.Record: Codable {
  private enum CodingKeys: CodingKey { case imagesPerSecond }

  /// Reads a record in which the losses stand beside the speed.
  public init(from decoder: any Decoder) throws {
    losses = try StepRecord(from: decoder)
    imagesPerSecond = try decoder.container(keyedBy: CodingKeys.self)
      .decode(Double.self, forKey: .imagesPerSecond)
  }

  /// Writes the losses and the speed side by side.
  public func encode(to encoder: any Encoder) throws {
    try losses.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(imagesPerSecond, forKey: .imagesPerSecond)
  }
}
