import Foundation
import ImpastoFiles
import Synchronization

/// A program that runs beside this process, and does not outlive it: one of ffmpeg, or `impasto` itself.
///
/// Its standard streams are pipes or files of this process, the only ones that it gets. Where this process ends, by
/// whatever signal, the pipes are closed, and that ends ffmpeg, and `impasto` with `--progress json`. Signals that a
/// terminal sends to this process and all that it started do not reach it: this process decides how the work ends.
package final class ChildProcess: Sendable {
  /// The end of a process.
  package struct End: Sendable {
    /// Indicates whether it did all that it was asked to.
    package let isSuccess: Bool
    /// The last line that it printed to standard error, or how it ended where it printed none.
    package let reason: String
    /// The lines that it printed last to standard error, but for those that were taken.
    package let lines: [String]
    /// The number of the signal that ended it, if one did.
    package let signal: Int32?
    /// Indicates whether it printed anything to standard error.
    package var hasPrinted: Bool { !lines.isEmpty }
  }

  /// The number of the process, while it runs.
  private let number: Mutex<pid_t?>
  private let end = Mutex<End?>(nil)
  private let isEnded = DispatchGroup()

  /// Starts `program`.
  ///
  /// - Parameters:
  ///   - input: The descriptor that becomes its standard input, and is closed here.
  ///   - output: The descriptor that becomes its standard output, and is closed here.
  ///   - take: Gets each line that it prints to standard error, and returns whether it is taken.
  /// - Throws: ``VideoError/notInstalled(_:)``, ``VideoError/cannotStart(_:reason:)``.
  package init(
    _ program: String, _ arguments: [String], input: Int32, output: Int32,
    taking take: @escaping @Sendable (String) -> Bool = { _ in false }
  ) throws(VideoError) {
    let (reading, writing) = try Self.pipe()
    var number: pid_t = 0
    let fault = Self.spawn(
      &number, [program] + arguments, streams: [input, output, writing])
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
      let lines = Self.readLines(of: reading, taking: take)
      close(reading)
      var (status, info): (Int32, siginfo_t) = (0, siginfo_t())
      // It keeps its number until nobody can send it signals any more.
      while waitid(P_PID, id_t(number), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
      self.number.withLock {
        $0 = nil
        waitpid(number, &status, 0)
      }
      end.withLock { $0 = End(status, lines: lines) }
      isEnded.leave()
    }
  }

  /// Waits for its end.
  func wait() -> End {
    isEnded.wait()
    guard let end = end.withLock({ $0 }) else { preconditionFailure("ended without an end") }
    return end
  }

  /// The end, once it has come.
  package func ended() async -> End {
    await withCheckedContinuation { continuation in
      isEnded.notify(queue: .global()) { continuation.resume(returning: self.wait()) }
    }
  }

  /// Ends it at once.
  package func kill() { send(SIGKILL) }

  /// Sends it a signal, unless it has ended.
  package func send(_ signal: Int32) {
    number.withLock { if let number = $0 { _ = Foundation.kill(number, signal) } }
  }

  /// Lets all others go first on the processors: this is for one that has only just been started,
  /// whose further threads do as the first.
  package func yieldToOthers() {
    number.withLock {
      if let number = $0 {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(number), 19)
      }
    }
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
    closeOthers(&actions, from: Int32(streams.count))
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
    return posix_spawnp(&number, program, &actions, &attributes, &words, &environment)
  }

  /// Lets a program not get the descriptors from `first` on.
  ///
  /// Libraries open some without O_CLOEXEC, and what is open in a program that runs for long is closed
  /// nowhere. The function, of glibc 2.34 and later, is one that Swift does not see.
  private static func closeOthers(
    _ actions: inout posix_spawn_file_actions_t, from first: Int32
  ) {
    typealias Function =
      @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    guard let function = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
    _ = unsafeBitCast(function, to: Function.self)(&actions, first)
  }

  /// Reads to the end, and keeps the last of the lines that are not taken.
  private static func readLines(
    of descriptor: Int32, taking take: (String) -> Bool
  ) -> [String] {
    var (lines, rest): ([String], [UInt8]) = ([], [])
    func finish(_ line: some Sequence<UInt8>) {
      let line = String(decoding: Array(line), as: UTF8.self)
      guard !line.allSatisfy(\.isWhitespace), !take(line) else { return }
      lines = lines.suffix(lineLimit - 1) + [line]
    }
    read(descriptor) {
      var parts = (rest + $0).split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }
      rest = Array(parts.removeLast().suffix(lineLength))
      parts.forEach { finish($0.suffix(lineLength)) }
      return true
    }
    finish(rest)
    return lines
  }

  /// The most lines that are kept, and the most bytes of one.
  private static let (lineLimit, lineLength) = (20, 8192)

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
    guard Foundation.pipe(&ends) == 0 else {
      throw .cannotStart(FFmpeg.converter, reason: String(cString: strerror(errno)))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
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
  fileprivate init(_ status: Int32, lines: [String]) {
    let last = lines.last { line in !Self.sequels.contains { line.hasPrefix($0) } }
    isSuccess = status == 0
    self.lines = lines
    let signal = status & 0x7F
    self.signal = signal == 0 ? nil : signal
    reason =
      last.map { Self.words($0[...]) }
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
