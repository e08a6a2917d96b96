import Foundation
import Impasto
import TestSupport
import Testing

/// The networks that come with Impasto, and the style files of the large one.
@Suite struct ShippedStylesTests {
  private static let checkpoints = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Checkpoints")

  private let model: StyleModel
  private let files: [String]

  init() throws {
    model = try StyleModel(
      contentsOf: Self.checkpoints.appending(path: "impasto.safetensors").path)
    files = try FileManager.default.contentsOfDirectory(
      atPath: Self.checkpoints.appending(path: "styles").path
    ).filter { $0.hasSuffix(StyleFile.nameSuffix) }.sorted()
  }

  @Test func `the network has thirty-two styles, each described and with its painting`() {
    #expect(model.styles.count == 32)
    for style in model.styles {
      #expect(!style.title.isEmpty && !style.artist.isEmpty && !style.source.isEmpty, "\(style)")
      #expect(model.thumbnails[style.name] != nil, "\(style.name)")
    }
  }

  @Test func `the small network has the same styles in a megabyte`() throws {
    let path = Self.checkpoints.appending(path: "impasto-live.safetensors").path
    let small = try StyleModel(contentsOf: path)
    #expect(small.network.architecture == .live)
    #expect(small.bank.names == model.bank.names)
    #expect(small.styles == model.styles)
    #expect(
      try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) <= 1_000_000)
  }

  @Test func `each style file is what the network exports`() throws {
    #expect(files == ["starry-night", "the-kiss", "udnie"].map { $0 + StyleFile.nameSuffix })
    let folder = try TemporaryFolder()
    for file in files {
      let name = String(file.dropLast(StyleFile.nameSuffix.count))
      try model.exportStyle(named: name, to: folder.file(file))
      #expect(
        try Data(contentsOf: folder.url(file))
          == Data(contentsOf: Self.checkpoints.appending(path: "styles/\(file)")))
    }
  }

  @Test func `a style file can be imported into the network where its style was removed`() throws {
    for file in files {
      let name = String(file.dropLast(StyleFile.nameSuffix.count))
      let with = try model.removing(name).importingStyle(
        from: Self.checkpoints.appending(path: "styles/\(file)").path)
      #expect(try with.style(named: name) == model.style(named: name))
    }
  }
}
