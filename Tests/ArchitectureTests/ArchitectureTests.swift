import Foundation
import Testing

/// What each room may import besides Swift itself, from bottom to top.
private let rooms: [String: Set<String>] = [
  "ImpastoFiles": ["COpenSSL", "Foundation"],
  "ImpastoTensors": [],
  "ImpastoCompute": ["ImpastoTensors", "COneDNN", "COpenBLAS", "CKernels"],
  "ImpastoDifferentiation": ["ImpastoTensors", "ImpastoCompute"],
  "ImpastoModelFiles": [
    "ImpastoFiles", "ImpastoTensors", "CZlib", "SwiftProtobuf", "FoundationEssentials",
    "Foundation",
  ],
  "ImpastoImaging": ["ImpastoFiles", "CImageCodecs", "CXML", "Foundation"],
  "ImpastoNetworks": [
    "ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation", "ImpastoModelFiles",
    "ImpastoFiles", "Foundation",
  ],
  "ImpastoImporting": [
    "ImpastoFiles", "ImpastoTensors", "ImpastoCompute", "ImpastoModelFiles", "ImpastoNetworks",
    "Foundation",
  ],
  "ImpastoTraining": [
    "ImpastoFiles", "ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation",
    "ImpastoModelFiles", "ImpastoImaging", "ImpastoNetworks", "Foundation",
  ],
  "ImpastoStylizing": [
    "ImpastoTensors", "ImpastoCompute", "ImpastoDifferentiation", "ImpastoImaging",
    "ImpastoNetworks", "Foundation",
  ],
  "Impasto": [
    "ImpastoTensors", "ImpastoCompute", "ImpastoImaging", "ImpastoNetworks", "ImpastoImporting",
    "ImpastoTraining", "ImpastoStylizing",
  ],
  "ImpastoCommand": [
    "ImpastoFiles", "ImpastoTensors", "ImpastoCompute", "ImpastoImaging", "ImpastoNetworks",
    "ImpastoImporting", "ImpastoTraining", "ImpastoStylizing", "ArgumentParser", "Foundation",
  ],
  "ImpastoBench": [
    "CCeilings", "ImpastoTensors", "ImpastoCompute", "ImpastoImaging", "ImpastoNetworks",
    "ImpastoTraining", "ImpastoStylizing", "ArgumentParser", "Foundation",
  ],
]

/// The rooms that talk to a person.
private let topFloor: Set<String> = ["ImpastoCommand", "ImpastoBench"]

/// Parts of Swift itself and of the C library, open to every room.
private let alwaysAllowed: Set<String> = ["Swift", "Synchronization", "Glibc", "Dispatch"]

@Test func `the room table lists the folders with Swift files`() throws {
  #expect(try Set(sources().map(\.room)) == Set(rooms.keys))
}

@Test func `every room imports only what the architecture lets it`() throws {
  for source in try sources() {
    let allowed = try #require(rooms[source.room], "\(source.room) is not in the room table")
    for line in source.lines {
      guard let module = importedModule(line), !alwaysAllowed.contains(module) else { continue }
      #expect(allowed.contains(module), "\(source.name) may not import \(module)")
    }
  }
}

@Test func `only the top floor prints and exits`() throws {
  for source in try sources() where !topFloor.contains(source.room) {
    for line in source.lines where !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") {
      #expect(
        !line.contains(/\b(print|debugPrint|dump|fputs|exit)\(/),
        "\(source.name) talks or exits: \(line)")
    }
  }
}

/// A Swift file of a room.
private struct Source {
  let room: String
  let name: String
  let lines: [Substring]
}

/// The module that a line imports, if it imports one.
private func importedModule(_ line: Substring) -> String? {
  let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
  let words = line.split(separator: " ")
  guard
    let index = words.firstIndex(of: "import"), index + 1 < words.count,
    words[..<index].allSatisfy({ $0.hasPrefix("@") || modifiers.contains($0) })
  else { return nil }
  return String(words[index + 1].prefix { $0 != "." })
}

/// Every Swift file below `Sources`.
private func sources() throws -> [Source] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")
  let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
    .filter { $0.hasSuffix(".swift") }
  return try paths.map { path in
    let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
    return Source(
      room: String(path.prefix { $0 != "/" }), name: path,
      lines: text.split(separator: "\n", omittingEmptySubsequences: false))
  }
}
