import Foundation
import ImpastoFiles
import Synchronization

/// A program of ffmpeg that runs beside this process, and does not outlive it.
///
/// Its standard input and output are pipes or files of this process, the only ones that it gets. Where this process ends, by
/// whatever signal, the pipes are closed, and that ends ffmpeg. Signals that a terminal sends to this
/// process and all that it started do not reach it: this process decides how the work ends.
package final class ChildProcess: Sendable {
  /// The end of a process.
  package struct End: Sendable {
    /// Indicates whether it did all that it was asked to.
    package let isSuccess: Bool
    /// The last line that it printed to standard error, or how it ended where it printed none.
    package let reason: String
    /// Indicates whether it printed anything to standard error.
    package let hasPrinted: Bool
  }

  /// Held while a process starts, and while a pipe is open to those that do.
  private static let starting = Mutex(())

  /// The number of the process, while it runs.
  private let number: Mutex<pid_t?>
  private let end = Mutex<End?>(nil)
  private let isEnded = DispatchGroup()

  /// Starts `program`.
  ///
  /// - Parameters:
  ///   - input: The descriptor that becomes its standard input, and is closed here.
  ///   - output: The descriptor that becomes its standard output, and is closed here.
  /// - Throws: ``VideoError/notInstalled(_:)``, ``VideoError/cannotStart(_:reason:)``.
  init(
    _ program: String, _ arguments: [String], input: Int32, output: Int32
  ) throws(VideoError) {
    let (reading, writing) = try Self.pipe()
    var number: pid_t = 0
    let fault = Self.spawn(&number, [program] + arguments, streams: [input, output, writing])
    for descriptor in [input, output, writing] { close(descriptor) }
    guard fault == 0 else {
      close(reading)
      throw fault == ENOENT
        ? .notInstalled(program)
        : .cannotStart(program, reason: String(cString: strerror(fault)))
    }
    self.number = Mutex(number)
    isEnded.enter()
    Thread.detachNewThread { [self, number] in
      let printed = Self.readTail(of: reading)
      close(reading)
      var (status, info): (Int32, siginfo_t) = (0, siginfo_t())
      // It keeps its number until nobody can send it signals any more.
      while waitid(P_PID, id_t(number), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
      self.number.withLock {
        $0 = nil
        waitpid(number, &status, 0)
      }
      end.withLock { $0 = End(status, printed: printed) }
      isEnded.leave()
    }
  }

  /// Waits for its end.
  func wait() -> End {
    isEnded.wait()
    guard let end = end.withLock({ $0 }) else { preconditionFailure("ended without an end") }
    return end
  }

  /// Ends it at once.
  func kill() {
    number.withLock { if let number = $0 { _ = Foundation.kill(number, SIGKILL) } }
  }

  /// Starts a program that gets three streams and nothing else that is open here.
  ///
  /// - Returns: The number of the system's error, or 0.
  private static func spawn(
    _ number: inout pid_t, _ arguments: [String], streams: [Int32]
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, and no signal blocked or ignored.
    posix_spawnattr_setpgroup(&attributes, 0)
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var variables = ProcessInfo.processInfo.environment
    variables["AV_LOG_FORCE_NOCOLOR"] = "1"
    variables["FFREPORT"] = nil
    var words = arguments.map { $0.withSystemPath { strdup($0) } } + [nil]
    var environment = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for word in words + environment { free(word) } }
    guard let program = words[0] else { return ENOMEM }
    return starting.withLock { _ in
      posix_spawnp(&number, program, &actions, &attributes, &words, &environment)
    }
  }

  /// Reads to the end, and keeps the last of it.
  private static func readTail(of descriptor: Int32) -> [UInt8] {
    var tail: [UInt8] = []
    read(descriptor) {
      tail = Array((tail + $0).suffix(8192))
      return true
    }
    return tail
  }

  /// Reads piece by piece, until the end or until `body` wants no more.
  private static func read(_ descriptor: Int32, _ body: (ArraySlice<UInt8>) -> Bool) {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0, body(piece[..<count]) else { return }
    }
  }

  /// A pipe: the descriptor to read from, and the one to write to.
  ///
  /// - Throws: ``VideoError/cannotStart(_:reason:)``.
  static func pipe() throws(VideoError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    let isOpen = starting.withLock { _ in
      let isOpen = Foundation.pipe(&ends) == 0
      for end in ends where isOpen { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return isOpen
    }
    guard isOpen else {
      throw .cannotStart(FFmpeg.converter, reason: String(cString: strerror(errno)))
    }
    // F_SETPIPE_SZ of Linux: frames are large. The system's limit may be lower.
    _ = fcntl(ends[0], 1031, 1 << 20)
    return (ends[0], ends[1])
  }

  /// Another descriptor of what `descriptor` is open on, which programs that are started do not get.
  static func copy(of descriptor: Int32) -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 3) }

  /// A descriptor of the file at `path` that programs which are started do not get.
  ///
  /// - Throws: ``VideoError/cannotStart(_:reason:)``.
  static func open(_ path: String, _ flags: Int32) throws(VideoError) -> Int32 {
    let descriptor = path.withSystemPath { Foundation.open($0, flags | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw .cannotStart(FFmpeg.converter, reason: String(cString: strerror(errno)))
    }
    return descriptor
  }

  /// Runs `program` to its end.
  ///
  /// - Parameter limit: The most bytes of output that are kept.
  /// - Returns: What it printed to standard output, and how it ended.
  package static func run(
    _ program: String, _ arguments: [String], limit: Int = 0
  ) throws(VideoError) -> (output: [UInt8], end: End) {
    let null = try open("/dev/null", O_RDONLY)
    let (reading, writing) = try pipe()
    let process = try ChildProcess(program, arguments, input: null, output: writing)
    defer { close(reading) }
    var output: [UInt8] = []
    read(reading) {
      output += $0
      if output.count > limit { process.kill() }
      return output.count <= limit
    }
    return (output, process.wait())
  }
}

extension ChildProcess.End {
  /// - Parameter status: What the system says of it.
  fileprivate init(_ status: Int32, printed: [UInt8]) {
    let lines = String(decoding: printed, as: UTF8.self).split(whereSeparator: \.isNewline)
    let last = lines.last { line in
      !line.allSatisfy(\.isWhitespace) && !Self.sequels.contains { line.hasPrefix($0) }
    }
    isSuccess = status == 0
    hasPrinted = last != nil
    let signal = status & 0x7F
    reason =
      last.map(Self.words)
      ?? (signal == 0 ? "it ended with status \(status >> 8 & 0xFF)" : "signal \(signal) ended it")
  }

  /// The beginnings of lines that ffmpeg prints after the one that says why.
  private static let sequels = ["Error initializing output stream", "Conversion failed!"]

  /// A line of ffmpeg without the address of the part that prints it, which means nothing to a reader.
  private static func words(_ line: Substring) -> String {
    String(line.replacing(/\[([^\]@]+) @ 0x[0-9a-f]+\] ?/) { "\($0.1): " })
      .trimmingCharacters(in: .whitespaces)
  }
}
