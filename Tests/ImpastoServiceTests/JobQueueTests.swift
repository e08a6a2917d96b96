import Foundation
import ImpastoFiles
import ImpastoService
import ImpastoVideo
import TestSupport
import Testing

@Suite struct JobQueueTests {
  @Test func `a job is done by the command line, and its result has its name and size`()
    async throws
  {
    let fixture = try await QueueFixture()
    let (job, isNew) = try await fixture.queue.submit(fixture.stylize(size: 48))
    #expect(isNew && job.state == .queued && job.position == 1)
    #expect(
      job.command
        == "impasto stylize my-photo.png --style great-wave --size 48 -o my-photo-great-wave.png")
    try await fixture.queue.start()
    let done = try #require(try await fixture.end(of: job.id))
    #expect(try done.state == .done && done.progress == 1 && done.problem == nil)
    #expect(done.result?.name == "my-photo-great-wave.png" && done.result?.type == "image/png")
    #expect(done.result?.width == 48 && done.result?.height == 32)
    let result = try #require(try await fixture.queue.result(of: job.id))
    #expect(try FileStatus(result.path).size == done.result?.bytes)
    #expect(!FileStatus.exists(fixture.work(of: job.id)))
  }

  @Test func `a request that is sent again gets its job, and one with other settings is refused`()
    async throws
  {
    let fixture = try await QueueFixture()
    let first = try await fixture.queue.submit(fixture.stylize(), idempotencyKey: "a")
    let again = try await fixture.queue.submit(fixture.stylize(), idempotencyKey: "a")
    #expect(first.job.id == again.job.id && first.isNew && !again.isNew)
    let error = await #expect(throws: ServiceError.self) {
      try await fixture.queue.submit(fixture.stylize(size: 64), idempotencyKey: "a")
    }
    #expect(
      error?.description
        == "Idempotency-Key a: came before with other settings; use a new key for a new job")
    #expect(try await fixture.queue.jobs().jobs.count == 1)
  }

  @Test func `a job at work is cancelled within a moment, and no other`() async throws {
    let fixture = try await QueueFixture()
    try await fixture.queue.start()
    let long = try await fixture.queue.submit(fixture.interpolate()).job
    let next = try await fixture.queue.submit(fixture.stylize(size: 48)).job
    let last = try await fixture.queue.submit(fixture.interpolate()).job
    #expect(last.position == 2)
    try await fixture.progress(of: long.id)
    try await fixture.queue.remove(last.id)
    try await fixture.queue.remove(long.id)
    #expect(try await fixture.queue.job(long.id)?.state == .canceled)
    #expect(try await fixture.queue.job(last.id)?.state == .canceled)
    #expect(try await fixture.end(of: next.id)?.state == .done)
    #expect(!FileStatus.exists(fixture.work(of: long.id)))
    try await fixture.queue.remove(long.id)
    try await fixture.queue.remove(long.id)
    #expect(try await fixture.queue.job(long.id) == nil)
  }

  @Test func `a job whose program fails says why, and the next is done`() async throws {
    let fixture = try await QueueFixture()
    try await fixture.queue.start()
    let failing = try await fixture.queue.submit(fixture.interpolate(frames: 1)).job
    let next = try await fixture.queue.submit(fixture.stylize(size: 48)).job
    let failed = try await fixture.end(of: failing.id)
    #expect(failed?.state == .failed)
    #expect(try failed?.problem?.detail == "--frames 1: expected a number from 2 to 9999")
    #expect(try failed?.problem?.status == 422)
    #expect(try await fixture.end(of: next.id)?.state == .done)
  }

  @Test func `a program that is killed is named by its signal`() async throws {
    let script = try TemporaryFolder()
    let program = try script.write(
      "#!/bin/sh\necho 'Fatal error: a test' >&2\nkill -SEGV $$\n".utf8, as: "impasto")
    chmod(program, 0o755)
    let fixture = try await QueueFixture(program: program)
    try await fixture.queue.start()
    let job = try await fixture.queue.submit(fixture.stylize()).job
    let failed = try await fixture.end(of: job.id)
    #expect(try failed?.state == .failed && failed?.problem?.status == 500)
    #expect(
      try failed?.problem?.detail
        == "impasto was ended by signal 11 (Segmentation fault): Fatal error: a test")
  }

  @Test func `a disk that is full fails the job in words`() async throws {
    let script = try TemporaryFolder()
    // No file of more than 1 KiB, as where the disk is full.
    let program = try script.write(
      "#!/bin/sh\nulimit -f 2\nexec \(Program.path(of: "impasto")) \"$@\"\n".utf8, as: "impasto")
    chmod(program, 0o755)
    let fixture = try await QueueFixture(program: program)
    try await fixture.queue.start()
    let job = try await fixture.queue.submit(fixture.stylize()).job
    let failed = try await fixture.end(of: job.id)
    #expect(try failed?.state == .failed && failed?.result == nil && failed?.problem?.status == 507)
    #expect(
      try failed?.problem?.detail == """
        my-photo-great-wave.png: cannot be written (File too large); check the folder, its permissions \
        and the free space
        """)
    #expect(try await fixture.queue.result(of: job.id) == nil)
  }

  @Test(
    .enabled(
      if: (try? ChildProcess.run("ffmpeg", ["-version"], limit: 1 << 16).end.isSuccess) == true,
      "ffmpeg is not installed"))
  func `a film is told with the size that its encoder has given it`() async throws {
    let fixture = try await QueueFixture()
    let file = fixture.folder.file("film.mkv")
    let (_, end) = try ChildProcess.run(
      "ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc=size=41x25:rate=10:duration=0.2"]
        + ["-c:v", "ffv1", "-pix_fmt", "bgr0", file])
    try #require(end.isSuccess, "\(end.reason)")
    let film = try await fixture.data.addFilm(
      from: file, type: "video/x-matroska", name: "film.mkv")
    #expect(film.width == 41 && film.height == 25)
    try await fixture.queue.start()
    let job = try await fixture.queue.submit(
      fixture.settings(
        #"{"kind": "video", "settings": {"film": "\#(film.id)", "styles": "great-wave"}}"#)
    ).job
    let done = try await fixture.end(of: job.id)
    #expect(try done?.problem?.detail == nil)
    #expect(done?.result?.width == 42 && done?.result?.height == 26)
  }

  @Test func `events have growing numbers and are told again after the last one seen`() async throws
  {
    let fixture = try await QueueFixture()
    let job = try await fixture.queue.submit(fixture.stylize(size: 48)).job
    let stream = try #require(try await fixture.queue.events(of: job.id))
    try await fixture.queue.start()
    var seen: [(number: Int, name: String)] = []
    for await event in stream { seen.append((event.number, event.name)) }
    #expect(seen.map(\.number) == seen.map(\.number).sorted())
    #expect(seen.last?.name == "end" && seen.dropLast().allSatisfy { $0.name == "progress" })
    let again = try #require(try await fixture.queue.events(of: job.id, after: seen.last?.number))
    var ends: [JobEvent] = []
    for await event in again { ends.append(event) }
    #expect(ends.map(\.name) == ["end"])
    #expect((ends.first?.data as? ImpastoService.Job)?.state == .done)
    #expect(try await fixture.queue.events(of: Identifier()) == nil)
  }

  @Test func `only a training can stop early`() async throws {
    let fixture = try await QueueFixture()
    let job = try await fixture.queue.submit(fixture.stylize()).job
    let error = await #expect(throws: ServiceError.self) { try await fixture.queue.finish(job.id) }
    #expect(
      error?.description == "only a job that adds a style can stop early and keep its result")
  }

  @Test func `a photo that is missing and a style that is unknown are refused`() async throws {
    let fixture = try await QueueFixture()
    let missing = Identifier()
    await #expect(throws: ServiceError.unknown(kind: "photo", id: missing.description)) {
      try await fixture.queue.submit(fixture.stylize(photo: missing))
    }
    await #expect(throws: (any Error).self) {
      try await fixture.queue.submit(fixture.stylize(style: "no-such-style"))
    }
    #expect(try await fixture.queue.jobs().jobs.isEmpty)
  }

  @Test func `jobs are listed from the newest, page by page`() async throws {
    let fixture = try await QueueFixture()
    var ids: [Identifier] = []
    for size in [40, 41, 42] {
      ids.append(try await fixture.queue.submit(fixture.stylize(size: size)).job.id)
    }
    let first = try await fixture.queue.jobs(limit: 2)
    #expect(first.jobs.map(\.id) == [ids[2], ids[1]])
    let rest = try await fixture.queue.jobs(before: first.next, limit: 2)
    #expect(rest.jobs.map(\.id) == [ids[0]] && rest.next == nil)
  }
}
