package import Foundation

/// A fresh folder that lasts as long as the value.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    path = NSTemporaryDirectory() + "impasto-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of everything in the folder, hidden files included.
  package var names: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    return names?.sorted() ?? []
  }

  package func file(_ name: String) -> String { path + "/" + name }

  /// Writes `bytes` as the file `name`, and returns its path.
  package func write(_ bytes: some Sequence<UInt8>, as name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// Makes a pipe, and opens it for writing; it ends when all who write have closed it.
  package func makePipe(_ name: String) throws -> FileHandle {
    // Open for reading as well, so that nobody has to be there.
    let path = file(name)
    guard mkfifo(path, 0o600) == 0 else { throw POSIXError(.EIO) }
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw POSIXError(.EIO) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Gives a file of the folder another name as well, which need not be text.
  package func link(_ name: String, as other: [UInt8]) throws {
    let target = Array((path + "/").utf8) + other + [0]
    let outcome = target.map(CChar.init(bitPattern:)).withUnsafeBufferPointer { target in
      target.baseAddress.map { Foundation.link(file(name), $0) } ?? -1
    }
    guard outcome == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }
}
