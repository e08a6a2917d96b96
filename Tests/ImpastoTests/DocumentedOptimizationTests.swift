import Foundation
import Impasto
import TestSupport
import Testing

/// The Swift code about optimisations of pixels, dreams and doodles.
@Suite struct DocumentedOptimizationTests {
  private let folder: WorkingFolder

  init() throws {
    folder = try WorkingFolder()
    try FormulaLossNetwork.write(to: folder.path + "/vgg19.safetensors")
    let pixels = (0..<64 * 56 * 3).map { UInt8($0 % 251) }
    for name in ["photo.jpg", "painting.jpg"] {
      try Image(width: 64, height: 56, pixels: pixels).write(to: "\(folder.path)/\(name)")
    }
    let map = (0..<64 * 56).flatMap {
      $0 % 64 < 30 ? [UInt8](repeating: 0, count: 3) : [255, 0, 0]
    }
    for name in ["doodle.png", "painting-map.png"] {
      try Image(width: 64, height: 56, pixels: map).write(to: "\(folder.path)/\(name)")
    }
  }

  private func expectPicture(_ name: String, longerSide: Int = 64) throws {
    let picture = try Image(contentsOf: folder.path + "/" + name)
    #expect(picture.width == longerSide)
  }

  @Test func `a session optimises a photo`() async throws {
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      setenv("IMPASTO_CACHE", path, 1)
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let session = try OptimizationSession(
        OptimizationPlan(
          photo: "photo.jpg", paintings: [("Styles/great-wave.jpg", weight: 1)],
          settings: OptimizationSettings(iterations: 20), output: ResultFile("out.png")))
      let outcome = try session.run()
      print(outcome.iterations)
    }
    try expectPicture("out.png")
  }

  @Test func `a photo is dreamt on`() async throws {
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      setenv("IMPASTO_CACHE", path, 1)
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let dream = try Dream(
        of: Image(contentsOf: "photo.jpg"), settings: DreamSettings(octaves: 2),
        lossNetwork: VGG19(), backend: OneDNNBackend(threads: .available), scalarType: .float32)
      while !dream.isFinished { try dream.step() }
      try dream.picture.write(to: "dream.png")
    }
    try expectPicture("dream.png")
  }

  @Test func `a session dreams`() async throws {
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      setenv("IMPASTO_CACHE", path, 1)
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let session = try DreamSession(
        DreamPlan(
          photo: "photo.jpg", size: 256, settings: DreamSettings(octaves: 2),
          output: ResultFile("dream.png")))
      let outcome = try session.run()
      print(outcome.iterations)
    }
    try expectPicture("dream.png", longerSide: 256)
  }

  @Test func `a session paints by a map`() async throws {
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      setenv("IMPASTO_CACHE", path, 1)
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let session = try DoodleSession(
        DoodlePlan(
          map: "doodle.png", paintings: [.init("painting.jpg", map: "painting-map.png")],
          settings: OptimizationSettings(iterations: 20), output: ResultFile("out.png")))
      let outcome = try session.run()
      print(outcome.iterations)
    }
    try expectPicture("out.png")
  }
}
