import Foundation
import Impasto
import TestSupport
import Testing

/// The Swift code of the documents, run in processes of their own because it names files as users
/// do: relative to the working folder.
@Suite struct DocumentedSnippetTests {
  @Test func `the code of the README stylises a photo`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let stylizer = Stylizer(
        model: model, backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let photo = try Image(contentsOf: "photo.jpg")
      try stylizer.stylize(photo, with: StyleMixture("great-wave")).write(to: "wave.png")
    }
    try folder.expectPicture("wave.png")
    try expectTested("README.md")
  }

  @Test func `the code of Getting started blends two styles`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let stylizer = Stylizer(
        model: model, backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let photo = try Image(contentsOf: "photo.jpg")
      let mixture = try StyleMixture(parsing: "great-wave:0.7,hokusai-poppies:0.3")
      try stylizer.stylize(photo, with: mixture).write(to: "blend.png")
    }
    try folder.expectPicture("blend.png")
    try expectTested("Docs/GettingStarted.md")
  }

  @Test func `the code of Getting started goes from style to style`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let stylizer = Stylizer(
        model: model, backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let photo = try Image(contentsOf: "photo.jpg")
      let names = ["great-wave", "hokusai-poppies"]
      let mixtures = StyleMixture.path(through: names, frames: 24, isLoop: true)
      let animation = try AnimationWriter(to: "morph.gif", width: photo.width, height: photo.height)
      for mixture in mixtures { try animation.append(stylizer.stylize(photo, with: mixture)) }
      try animation.finish()
    }
    let animation = try DecodedAnimation(folder.path + "/morph.gif")
    #expect(animation.width == 40 && animation.height == 36 && animation.frames.count == 24)
  }

  @Test func `the code of Getting started blends four styles`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let stylizer = Stylizer(
        model: model, backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let photo = try Image(contentsOf: "photo.jpg")
      let corners = ["great-wave", "hokusai-poppies", "hokusai-poppies", "great-wave"]
      let rows = try StyleMixture.grid(corners: corners, steps: 5).map { row in
        try row.map { try stylizer.stylize(photo, with: $0) }
      }
      try ContactSheet.grid(rows, corners: corners).write(to: "grid.png")
    }
    #expect(try Image(contentsOf: folder.path + "/grid.png").width >= 5 * 46 + 6)
  }

  @Test func `the code of Getting started steers a style`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let stylizer = Stylizer(
        model: model, backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let photo = try Image(contentsOf: "photo.jpg")
      let sky = StyleRegion(
        mask: try Mask(contentsOf: "sky.png"), mixture: StyleMixture("hokusai-poppies"))
      let weak = StyleMixture("great-wave").weakened(to: 0.6)
      let picture = try stylizer.stylize(photo, with: weak, regions: [sky], strokeSize: 1.5)
      try picture.withColors(of: photo).write(to: "steered.png")
    }
    try folder.expectPicture("steered.png")
    try expectTested("Docs/GettingStarted.md")
  }

  @Test func `the code of Getting started takes a style to another checkpoint`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      for style in model.styles { print(style.name, style.title, style.artist, style.year) }
      try model.exportStyle(named: "great-wave", to: "great-wave.style.safetensors")
      try StyleModel.edit("mine.safetensors") { mine in
        try mine.importingStyle(from: "great-wave.style.safetensors", as: "wave")
      }
    }
    let mine = try StyleModel(contentsOf: folder.path + "/mine.safetensors")
    #expect(mine.styles.map(\.name) == ["great-wave", "hokusai-poppies", "wave"])
    try expectTested("Docs/GettingStarted.md")
  }

  @Test func `the code of Evaluating measures a picture`() async throws {
    let folder = try WorkingFolder()
    try FormulaLossNetwork.write(to: folder.path + "/vgg19.safetensors")
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) { [path = folder.path as String] in
      setenv("IMPASTO_CACHE", path, 1)
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let backend = OneDNNBackend(threads: .available)
      let stylizer = Stylizer(model: model, backend: backend, scalarType: .float32)
      let evaluator = Evaluator(lossNetwork: try VGG19(), backend: backend, scalarType: .float32)
      let photo = evaluator.square(of: try Image(contentsOf: "photo.jpg"))
      let painting = evaluator.target(of: try Image(contentsOf: "Styles/great-wave.jpg"))
      let picture = try stylizer.stylize(photo, with: StyleMixture("great-wave"))
      let losses = evaluator.losses(of: [picture], photo: photo, targets: [painting])[0]
      print("C \(losses.content), S \(losses.style), total \(losses.total)")
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(output.contains(/C \d+\.\d+, S \d+\.\d+, total \d+\.\d+\n/), "\(output)")
    try expectTested("Docs/Evaluating.md")
  }

  @Test func `the code of Optimizing paints without a network`() async throws {
    let folder = try WorkingFolder()
    try FormulaLossNetwork.write(to: folder.path + "/vgg19.safetensors")
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      setenv("IMPASTO_CACHE", path, 1)
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let optimization = try ImageOptimization(
        of: Image(contentsOf: "photo.jpg"), in: [.init(Image(contentsOf: "Styles/great-wave.jpg"))],
        settings: OptimizationSettings(iterations: 20), lossNetwork: VGG19(),
        backend: OneDNNBackend(threads: .available), scalarType: .float32)
      while !optimization.isFinished { try optimization.step() }
      try optimization.picture.write(to: "out.png")
    }
    try folder.expectPicture("out.png")
    try expectTested("Docs/Optimizing.md")
  }

  @Test func `the code of Getting started adds a style`() async throws {
    let folder = try WorkingFolder()
    try folder.prepareTraining()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      setenv("IMPASTO_CACHE", path, 1)
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let starryNight = StyleSource(
        description: StyleDescription(name: "starry-night"),
        painting: try Image(contentsOf: "starry-night.jpg"))
      let trainer = try StyleTrainer(
        adding: [starryNight], to: model, settings: .brief, lossNetwork: VGG19(),
        backend: OneDNNBackend(threads: .available), scalarType: .float32)
      try trainer.train(on: ImageDataset(folder: "photos"))
      try trainer.model.write(to: "mine.safetensors")
    }
    let model = try StyleModel(contentsOf: folder.path + "/mine.safetensors")
    #expect(model.styles.map(\.name) == ["great-wave", "hokusai-poppies", "starry-night"])
    let settings = try model.style(named: "starry-night").trainingSettings
    #expect(settings["completed_steps"] == "2")
  }

  /// Expects the code in a document that imports Impasto to stand, line by line, in this file.
  private func expectTested(_ document: String) throws {
    let source = URL(filePath: #filePath)
    let root = source.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: document), encoding: .utf8)
    let start = "```swift\nimport Impasto\n\n"
    let snippets = text.components(separatedBy: start).dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    #expect(!snippets.isEmpty, "\(document) imports Impasto nowhere")
    let tested = try String(contentsOf: source, encoding: .utf8)
    for snippet in snippets {
      // Of training a few small steps are tested.
      let brief = snippet.replacing("settings: .forRows", with: "settings: .brief")
      let lines = brief.split(separator: "\n").map { "      " + $0 + "\n" }
      #expect(tested.contains("(path))\n" + lines.joined() + "    }\n"), "\(document): \(snippet)")
    }
  }
}

extension TrainingSettings {
  fileprivate static let brief = TrainingSettings(
    steps: 2, batchSize: 1, imageSize: 32, styleSize: 32, learningRate: 0.06)
}

/// A folder with the files that the documents name.
private final class WorkingFolder {
  let path = NSTemporaryDirectory() + "impasto-snippets-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(
      atPath: path + "/Checkpoints", withIntermediateDirectories: true)
    let names = ["great-wave", "hokusai-poppies"]
    let architecture = TransformArchitecture(widths: [4, 6, 8], residualBlocks: 1)
    let model = StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 1),
      bank: StyleBank(names: names + [StyleBank.photoName], architecture: architecture),
      styles: names.map { StyleDescription(name: $0) })
    try model.write(to: path + "/Checkpoints/impasto.safetensors")
    try model.write(to: path + "/mine.safetensors")
    let pixels = (0..<40 * 36 * 3).map { UInt8($0 % 251) }
    let photo = Image(width: 40, height: 36, pixels: pixels)
    try photo.write(to: path + "/photo.jpg")
    try Image(width: 1, height: 2, pixels: [255, 255, 255, 0, 0, 0]).write(to: path + "/sky.png")
    try FileManager.default.createDirectory(
      atPath: path + "/Styles", withIntermediateDirectories: true)
    try photo.flippedHorizontally().write(to: path + "/Styles/great-wave.jpg")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Adds a painting, a photo in a folder, and a loss network that a formula makes.
  func prepareTraining() throws {
    try FileManager.default.createDirectory(
      atPath: path + "/photos", withIntermediateDirectories: true)
    let pixels = (0..<64 * 64 * 3).map { UInt8($0 * 7 % 253) }
    let picture = Image(width: 64, height: 64, pixels: pixels)
    for name in ["starry-night.jpg", "photos/one.png"] {
      try picture.write(to: path + "/" + name)
    }
    try FormulaLossNetwork.write(to: path + "/vgg19.safetensors")
  }

  /// Expects a picture of the photo's size.
  func expectPicture(_ name: String) throws {
    let picture = try Image(contentsOf: path + "/" + name)
    #expect(picture.width == 40 && picture.height == 36)
  }
}
