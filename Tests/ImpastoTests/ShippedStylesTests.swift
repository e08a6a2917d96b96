import Foundation
import Impasto
import TestSupport
import Testing

/// The style files that come with Impasto, and the checkpoint that has them all.
@Suite struct ShippedStylesTests {
  private static let checkpoints = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Checkpoints")

  private struct Manifest: Decodable {
    let styles: [StyleDescription]
  }

  private let described: [StyleDescription]
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let manifest = Self.checkpoints.appending(path: "styles/styles.json")
    described = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: manifest)).styles
  }

  private func path(of style: String) -> String {
    Self.checkpoints.appending(path: "styles/\(style)\(StyleFile.nameSuffix)").path
  }

  @Test func `the manifest describes every style file, and no other`() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Self.checkpoints.appending(path: "styles").path
    ).filter { $0.hasSuffix(StyleFile.nameSuffix) }
    #expect(files.count == 16)
    #expect(files.sorted() == described.map { $0.name + StyleFile.nameSuffix }.sorted())
    for description in described {
      let style = try StyleFile(contentsOf: path(of: description.name)).style
      #expect(style.description == description)
      #expect(style.thumbnail != nil, "\(description.name)")
    }
  }

  @Test func `imported into the network, they make the checkpoint of thirty-two styles`() throws {
    var model = try StyleModel(
      contentsOf: Self.checkpoints.appending(path: "impasto.safetensors").path)
    for description in described {
      model = try model.importingStyle(from: path(of: description.name))
    }
    try model.write(to: folder.file("made.safetensors"))
    // Written anew, since the one that comes with the project is of an older format.
    try StyleModel(contentsOf: Self.checkpoints.appending(path: "impasto-32.safetensors").path)
      .write(to: folder.file("shipped.safetensors"))
    #expect(
      try Data(contentsOf: URL(filePath: folder.file("made.safetensors")))
        == Data(contentsOf: URL(filePath: folder.file("shipped.safetensors"))))
  }
}
