import Foundation
import Testing

/// The programs, which talk to a person.
private let programs: Set<String> = ["ImpastoCommand", "ImpastoBench"]

/// Parts of Swift itself and of the C library, open to every module.
private let alwaysAllowed: Set<String> = [
  "Swift", "Synchronization", "Glibc", "Dispatch", "CDispatch",
]

@Test func `the table of modules lists the folders with Swift files`() throws {
  #expect(try Set(sources().map(\.module)) == Set(allowedImports().keys))
}

@Test func `every module imports only what the architecture lets it`() throws {
  let table = try allowedImports()
  for source in try sources() {
    let allowed = try #require(table[source.module], "\(source.module) is not in the table")
    for line in source.lines {
      guard let module = importedModule(line), !alwaysAllowed.contains(module) else { continue }
      #expect(allowed.contains(module), "\(source.name) may not import \(module)")
    }
  }
}

@Test func `the package gives every module what the architecture lets it import`() throws {
  let declared = try declaredDependencies()
  let ownedBySwift: Set<String> = ["Foundation", "FoundationEssentials"]
  for (module, allowed) in try allowedImports() {
    #expect(declared[module, default: []] == allowed.subtracting(ownedBySwift), "\(module)")
  }
}

@Test func `only the programs print and exit`() throws {
  for source in try sources() where !programs.contains(source.module) {
    for line in source.lines where !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") {
      #expect(
        !line.contains(/\b(print|debugPrint|dump|fputs|exit)\(/),
        "\(source.name) talks or exits: \(line)")
    }
  }
}

@Test func `doc comments begin with a noun or a verb`() throws {
  let questions = ["What", "How", "Whether", "Who", "Why"].map { "/// \($0) " }
  for source in try sources() {
    var isContinued = false
    for line in source.lines {
      let line = line.drop { $0 == " " }
      let isQuestion = !isContinued && questions.contains { line.hasPrefix($0) }
      #expect(!isQuestion, "\(source.name): \(line)")
      isContinued = line.hasPrefix("///")
    }
  }
}

/// The folder of the repository.
private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The modules that each module with Swift files may import, by the table in Docs/Architecture.md.
private func allowedImports() throws -> [String: Set<String>] {
  let text = try String(contentsOf: root.appending(path: "Docs/Architecture.md"), encoding: .utf8)
  let rows = text.matches(of: /\n\| `(Impasto\w*)` \|[^|\n]*\| ([^|\n]*) \|/)
  let modules = Set(rows.map { String($0.1) })
  return Dictionary(
    uniqueKeysWithValues: rows.map { row in
      let names = row.2.split(separator: ", ").map(String.init).filter { $0 != "–" }
      let imports = names.map { modules.contains("Impasto" + $0) ? "Impasto" + $0 : $0 }
      return (String(row.1), Set(imports))
    })
}

/// The dependencies of the modules in Package.swift, where it names any.
private func declaredDependencies() throws -> [String: Set<String>] {
  let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
  let tests = try #require(text.range(of: "name: \"TestSupport\""))
  let lists = text[..<tests.lowerBound].matches(
    of: /"(Impasto\w*)",\s*(?:dependencies:\s*)?\[([^\]]*)\]/)
  return Dictionary(
    uniqueKeysWithValues: lists.map { list in
      // Names of packages are no modules.
      (
        String(list.1),
        Set(
          list.2.replacing(/package: "[^"]*"/, with: "").matches(of: /"(\w+)"/).map { String($0.1) }
        )
      )
    })
}

/// A Swift file of a module.
private struct Source {
  let module: String
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
  let folder = root.appending(path: "Sources")
  let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    .filter { $0.hasSuffix(".swift") }
  return try paths.map { path in
    let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    return Source(
      module: String(path.prefix { $0 != "/" }), name: path,
      lines: text.split(separator: "\n", omittingEmptySubsequences: false))
  }
}
