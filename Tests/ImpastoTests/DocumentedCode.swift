import Foundation
import Impasto
import Testing

/// A block of Swift code in a document or in a doc comment.
struct DocumentedCode {
  /// The path of the file, from the folder of the repository on.
  let file: String
  /// The lines that say something, without indentation and imports.
  let lines: String

  /// Every block that is marked as Swift, in all documents and doc comments.
  static func all() throws -> [DocumentedCode] {
    try documents().flatMap { file -> [DocumentedCode] in
      let mark = file.hasSuffix(".swift") ? "/// " : ""
      let blocks = try text(of: file).components(separatedBy: "\(mark)```swift\n").dropFirst()
      return blocks.map { block in
        let code = block.components(separatedBy: "\(mark)```")[0]
        let lines = code.split(separator: "\n").map { line in
          mark.isEmpty ? String(line) : String(line.trimmingPrefix { $0 == " " }.dropFirst(3))
        }
        return DocumentedCode(file: file, lines: normalized(lines.joined(separator: "\n")))
      }
    }
  }

  /// The code of this folder in the same form: it is compiled, and its tests run.
  static func tested() throws -> String {
    let folder = "Tests/ImpastoTests"
    let files = try FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: folder).path)
    let text = try files.map { try Self.text(of: "\(folder)/\($0)") }.joined(separator: "\n")
    // Of training a few small steps are tested.
    let steps = normalized(text)
      .replacingOccurrences(of: "settings: .brief", with: "settings: .forRows")
    return "\n\(steps)\n"
  }

  static func text(of file: String) throws -> String {
    try String(contentsOf: root.appending(path: file), encoding: .utf8)
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func documents() throws -> [String] {
    try ["Docs", "Sources"].reduce(into: ["README.md"]) { files, folder in
      files += try FileManager.default
        .subpathsOfDirectory(atPath: root.appending(path: folder).path)
        .filter { $0.hasSuffix(".md") || $0.hasSuffix(".swift") }.sorted().map { "\(folder)/\($0)" }
    }
  }

  private static func normalized(_ text: String) -> String {
    text.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("import ") }.joined(separator: "\n")
  }
}

@Test func `Swift code in documents and in doc comments stands in a test`() throws {
  let tested = try DocumentedCode.tested()
  for code in try DocumentedCode.all() {
    let isTested = tested.range(of: "\n\(code.lines)\n") != nil
    #expect(isTested, "\(code.file): no test runs\n\(code.lines)")
  }
}

@Test(arguments: [
  "ImpastoStylizing/Stylizer", "ImpastoStylizing/StyleRegion",
  "ImpastoSessions/Painting/PhotoPainting", "ImpastoImaging/Drawing/ContactSheet",
  "ImpastoNetworks/Model/StyleModel", "ImpastoNetworks/Styles/StyleMixture",
  "ImpastoNetworks/LossNetwork/VGG19",
  "ImpastoNetworks/Architecture/TransformArchitecture", "ImpastoImporting/ForeignNetwork",
  "ImpastoTraining/Training/StyleTrainer", "ImpastoTraining/Evaluation/Evaluator",
  "ImpastoTraining/Optimization/ImageOptimization",
  "ImpastoDifferentiation/Tape", "ImpastoImaging/Pictures/Image", "ImpastoImaging/Pictures/Mask",
  "ImpastoImaging/Files/ImageReader", "ImpastoImaging/Files/ImageWriter",
  "ImpastoImaging/Files/AnimationWriter",
  "ImpastoModelFiles/Safetensors/Safetensors", "ImpastoModelFiles/PyTorch/PyTorchFile",
  "ImpastoFiles/AtomicFile",
])
func `the doc comment of a main type shows how to use it`(_ type: String) throws {
  let name = try #require(type.split(separator: "/").last)
  let text = try DocumentedCode.text(of: "Sources/\(type).swift")
  let declaration = try Regex("public (final )?(class|struct|enum) \(name)\\b")
  let start = try #require(text.firstRange(of: declaration)).lowerBound
  let comment = text[..<start].split(separator: "\n").reversed().prefix { $0.hasPrefix("///") }
  #expect(comment.contains("/// ```swift"), "\(type)")
}

extension TrainingSettings {
  /// Settings for tests, which stand where the documents have `forRows`.
  static let brief = TrainingSettings(
    steps: 2, batchSize: 1, imageSize: 32, styleSize: 32, learningRate: 0.06)
}
