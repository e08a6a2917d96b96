import Foundation
import Impasto
import TestSupport
import Testing

/// The Swift code of the documents.
///
/// It runs in processes of its own, because it names files as users do: relative to the working folder.
@Suite struct DocumentedCodeTests {
  @Test func `a photo is stylised`() async throws {
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
  }

  @Test func `two styles are blended`() async throws {
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
  }

  @Test func `an animation goes from style to style`() async throws {
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

  @Test func `four styles are blended`() async throws {
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

  @Test func `a style is steered`() async throws {
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
  }

  @Test func `a style is taken to another checkpoint`() async throws {
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
  }

  @Test func `a picture is measured`() async throws {
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
  }

  @Test func `a picture is painted without a network`() async throws {
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
  }

  @Test func `a style is added`() async throws {
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
}
