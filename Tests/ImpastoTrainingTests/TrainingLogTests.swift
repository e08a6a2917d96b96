import Foundation
import ImpastoFiles
import ImpastoTraining
import TestSupport
import Testing

struct TrainingLogTests {
  let folder: TemporaryFolder
  var path: String { folder.file("losses.jsonl") }

  init() throws { folder = try TemporaryFolder() }

  @Test func `records come back as they were written`() throws {
    let log = try TrainingLog(path: path, keepingSteps: 0)
    let records = (1...3).map { TrainingLog.Record.sample(step: $0) }
    for record in records { try log.append(record) }
    #expect(log.records == records)
    #expect(try TrainingLog.records(at: path) == records)
  }

  @Test func `a line is one JSON object with the losses beside the speed`() throws {
    let log = try TrainingLog(path: path, keepingSteps: 0)
    try log.append(.sample(step: 7))
    #expect(
      try String(contentsOfFile: path, encoding: .utf8) == """
        {"content":1,"images_per_second":4.5,"learning_rate":0.5,"per_style":{"great-wave":\
        {"content":1,"layers":{"relu1_1":0.25},"style":0.25}},"step":7,"style":0.25,"total":6,\
        "total_variation":0.125}

        """)
  }

  @Test func `a log that does not exist has no records`() throws {
    #expect(try TrainingLog.records(at: path).isEmpty)
    _ = try TrainingLog(path: path, keepingSteps: 0)
    #expect(try TrainingLog.records(at: path).isEmpty)
  }

  @Test func `resuming drops the steps that will be done again`() throws {
    let log = try TrainingLog(path: path, keepingSteps: 0)
    for step in 1...5 { try log.append(.sample(step: step)) }
    let resumed = try TrainingLog(path: path, keepingSteps: 3)
    try resumed.append(.sample(step: 4))
    #expect(try TrainingLog.records(at: path).map(\.losses.step) == [1, 2, 3, 4])
  }

  @Test func `a line that a crash cut short is dropped`() throws {
    let log = try TrainingLog(path: path, keepingSteps: 0)
    for step in 1...2 { try log.append(.sample(step: step)) }
    let whole = try FileContents.read(path)
    try AtomicFile.write(whole.dropLast(20), to: path)
    let resumed = try TrainingLog(path: path, keepingSteps: 9)
    try resumed.append(.sample(step: 2))
    #expect(try FileContents.read(path) == whole)
  }

  @Test func `a damaged line in the middle is refused and the file left as it is`() throws {
    let log = try TrainingLog(path: path, keepingSteps: 0)
    for step in 1...2 { try log.append(.sample(step: step)) }
    let damaged = Data("{\"step\":0}\n".utf8) + (try FileContents.read(path))
    try AtomicFile.write(damaged, to: path)
    let error = #expect(throws: TrainingError.damagedLog(path, line: 1)) {
      try TrainingLog(path: path, keepingSteps: 9)
    }
    #expect(
      error?.description
        == "\(path): line 1 is not the losses of a step; mend it, or move the file away")
    #expect(try FileContents.read(path) == damaged)
  }

  @Test func `a log that cannot be written is refused by name`() {
    let path = folder.file("missing/losses.jsonl")
    #expect(
      throws: TrainingError.file(
        .cannotWrite(path: path, reason: "No such file or directory"))
    ) { try TrainingLog(path: path, keepingSteps: 0) }
  }
}
