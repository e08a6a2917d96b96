import Foundation
import ImpastoCompute
import TestSupport
import Testing

/// The program starts itself anew, and does without where it cannot.
struct StartTests {
  private let folder: TemporaryFolder
  private let program: Program
  private let version = "0.1.0 (\(Arithmetic.current))\n"

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder)
  }

  private static let loader = "/lib64/ld-linux-x86-64.so.2"

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: loader), "this system has no loader there"))
  func `started by a loader it works, and finds the checkpoint beside itself`() throws {
    var byLoader = program
    byLoader.executable = Self.loader
    #expect(try byLoader.run(program.executable, "--version").output == version)
    let styles = try byLoader.run(program.executable, "styles")
    #expect(styles.exitCode == 0)
    #expect(try styles.output == program.run("styles").output)
    #expect(styles.output.contains("great-wave"))
  }

  @Test func `from a folder that cannot be written to it works`() throws {
    var copy = program
    copy.executable = folder.file("program/impasto")
    copy.workingFolder = "program"
    try folder.makeFolder("program")
    try Program.copy(program.executable, to: copy.executable)
    let files = FileManager.default
    try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.file("program"))
    defer {
      try? files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("program"))
    }
    let outcome = try copy.run("--version")
    #expect(outcome.exitCode == 0 && outcome.output == version)
  }

  @Test func `in a package it names the commit that it was built of`() throws {
    var copy = program
    copy.executable = folder.file("usr/bin/impasto")
    try folder.makeFolder("usr/bin")
    try folder.makeFolder("usr/share/impasto")
    try Program.copy(program.executable, to: copy.executable)
    _ = try folder.write("0123456789ab\n".utf8, as: "usr/share/impasto/commit")
    let outcome = try copy.run("--version")
    #expect(outcome.output == version.replacing("(", with: "(commit 0123456789ab, "))
  }

  /// Starts a program by `execveat`, under a filter that does to `execve` what the first argument
  /// says.
  private static let filtering = """
    import ctypes, os, struct, sys
    execve, execveat = {"x86_64": (59, 322), "aarch64": (221, 281)}[os.uname().machine]
    instructions = [
        (0x20, 0, 0, 0), (0x15, 0, 1, execve), (6, 0, 0, int(sys.argv[1], 0)),
        (6, 0, 0, 0x7FFF0000)]
    code = b"".join(struct.pack("HBBI", *i) for i in instructions)
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]
    system = ctypes.CDLL(None, use_errno=True)
    assert system.prctl(38, 1, 0, 0, 0) == 0, "no_new_privs"
    assert system.prctl(22, 2, ctypes.byref(Program(len(instructions), code))) == 0, "seccomp"
    def strings(values):
        return (ctypes.c_char_p * (len(values) + 1))(*values, None)
    system.syscall(
        execveat, -100, sys.argv[2].encode(), strings([a.encode() for a in sys.argv[2:]]),
        strings([f"{k}={v}".encode() for k, v in os.environ.items()]), 0)
    sys.exit(f"execveat: {os.strerror(ctypes.get_errno())}")
    """

  /// An error, the end of the thread, and the end of the process.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: "/usr/bin/python3"), "Python sets up the filter"),
    arguments: ["0x50001", "0", "0x80000000"])
  func `where no program may be started it works`(action: String) throws {
    var filtered = program
    filtered.executable = "/usr/bin/python3"
    let outcome = try filtered.run("-c", Self.filtering, action, program.executable, "--version")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output == version)
  }
}
