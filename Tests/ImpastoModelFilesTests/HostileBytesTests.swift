import Foundation
import ImpastoModelFiles
import ImpastoTensors
import Testing

/// What no reader may do to any bytes: crash, hang, or take part of a file for the whole.
@Suite struct HostileBytesTests {
  /// Reads everything that a file holds.
  private func readAll(_ bytes: Data, of file: String) throws(ModelFileError) {
    switch file.split(separator: ".").last {
    case "safetensors": _ = try Safetensors.read(bytes, name: file)
    case "zip":
      let archive = try ZipReader(bytes, name: file)
      for member in archive.memberNames where member != "bzip2.txt" {
        _ = try archive.contents(of: member)
      }
    default:
      for tensor in try PyTorchFile.read(bytes, name: file).values { _ = tensor.floats() }
    }
  }

  private static let files = [
    "types.safetensors", "written.safetensors", "members.zip", "members64.zip", "stream.pth",
    "stream-protocol4.pth", "archive.pth", "early.pth", "checkpoint.pth", "nested.pth",
  ]

  @Test(arguments: files) func `a file that breaks off anywhere is refused`(file: String) throws {
    let bytes = try Fixture.bytes(file)
    try readAll(bytes, of: file)
    for length in 0..<bytes.count {
      #expect(throws: ModelFileError.self, "\(length) of \(bytes.count) bytes") {
        try readAll(bytes.prefix(length), of: file)
      }
    }
  }

  @Test(arguments: files) func `no damaged bytes crash a reader`(file: String) throws {
    let original = try Fixture.bytes(file)
    var source = RandomSource(seed: 1)
    for _ in 0..<3000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &source) {
        let position = Int.random(in: 0..<bytes.count, using: &source)
        bytes[position] =
          Bool.random(using: &source)
          ? [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &source) ?? 0
          : UInt8.random(in: 0...255, using: &source)
      }
      try? readAll(bytes, of: file)
    }
  }
}
