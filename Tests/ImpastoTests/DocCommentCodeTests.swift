import Foundation
import Impasto
import ImpastoDifferentiation
import ImpastoFiles
import ImpastoModelFiles
import TestSupport
import Testing

/// The Swift code in doc comments that stands in no document.
@Suite struct DocCommentCodeTests {
  @Test func `a model lists and renames styles`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      print(model.styles.map(\.name))
      try model.renaming("great-wave", to: "wave").write(to: "renamed.safetensors")

      try StyleModel.edit("mine.safetensors") { try $0.renaming("great-wave", to: "wave") }
    }
    for file in ["renamed", "mine"] {
      let model = try StyleModel(contentsOf: "\(folder.path)/\(file).safetensors")
      #expect(model.styles.map(\.name) == ["wave", "hokusai-poppies"])
    }
  }

  @Test func `mixtures are parsed and weakened`() throws {
    let wave = StyleMixture("great-wave")
    let blend = try StyleMixture(parsing: "great-wave:7,hokusai-poppies:3")
    print(blend)  // great-wave:0.7,hokusai-poppies:0.3
    let weak = blend.weakened(to: 0.5)  // half way to the photo

    #expect(blend.description == "great-wave:0.7,hokusai-poppies:0.3")
    #expect(wave.parts.map(\.weight) == [1])
    #expect(weak.parts.map(\.name) == ["great-wave", "hokusai-poppies", "photo"])
    #expect(weak.parts.map(\.weight) == [0.35, 0.15, 0.5])
  }

  @Test func `a region has a mixture of its own`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let stylizer = Stylizer(
        model: model, backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let photo = try Image(contentsOf: "photo.jpg")
      let sky = StyleRegion(
        mask: try Mask(contentsOf: "sky.png"), mixture: StyleMixture("hokusai-poppies"))
      let picture = try stylizer.stylize(photo, with: StyleMixture("great-wave"), regions: [sky])
      try picture.write(to: "regions.png")
    }
    try folder.expectPicture("regions.png")
  }

  @Test func `a photo is painted within a budget of memory`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
      let stylizer = Stylizer(
        model: model, backend: OneDNNBackend(threads: .available), scalarType: .float32)
      let opened = try OpenedPhoto(
        ImageReader(contentsOf: "photo.jpg", keepingAlpha: true), name: "photo.jpg", size: 640)
      let painting = try PhotoPainting(
        opened, with: PaintingSettings(mixture: StyleMixture("great-wave")), stylizer: stylizer,
        memory: MemoryBudget(bytes: 500_000_000), format: .png, quality: 95)
      let writer = try ImageWriter(
        to: "wave.png", width: painting.width, height: painting.height,
        hasAlpha: painting.opacity != nil, metadata: .none)
      try painting.paint { rows in try writer.write(rows) }
      try writer.finish()
    }
    let picture = try Image(contentsOf: folder.path + "/wave.png")
    #expect(max(picture.width, picture.height) == 640)
  }

  @Test func `a mask is made of levels`() throws {
    let topHalf = Mask(width: 1, height: 2, levels: [255, 0])

    #expect(topHalf.height == 2 && !topHalf.isBlack)
  }

  @Test func `pictures are laid out with their names`() throws {
    let photo = Image(width: 40, height: 36, pixels: [UInt8](repeating: 99, count: 40 * 36 * 3))
    let pictures = [("great-wave", photo), ("hokusai-poppies", photo)]
    let tiles = [ContactSheet.Tile(photo)] + pictures.map { ContactSheet.Tile($1, name: $0) }
    let sheet = ContactSheet.image(rows: [tiles], cell: 320)

    #expect(sheet.width >= 3 * 320)
  }

  @Test func `a picture is read, changed and written`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let photo = try Image(contentsOf: "photo.jpg")
      try photo.scaled(longerSide: 20).write(to: "small.png")
    }
    #expect(try Image(contentsOf: folder.path + "/small.png").width == 20)
  }

  @Test func `a picture is read row by row, as often as asked`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let photo = try ImageReader(contentsOf: "photo.jpg")
      var row = [UInt8](repeating: 0, count: photo.width * 3)
      for _ in 0..<photo.height {
        try row.withUnsafeMutableBufferPointer { try photo.read(into: $0) }
      }
      photo.rewind()

      #expect(photo.row == 0)
    }
  }

  @Test func `a picture is written in bands of rows`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let bands = [[UInt8]](repeating: [UInt8](repeating: 200, count: 640 * 120 * 3), count: 4)
      let painting = try ImageWriter(to: "painting.png", width: 640, height: 480)
      for band in bands { try band.withUnsafeBufferPointer(painting.write(rows:)) }
      try painting.finish()
    }
    #expect(try Image(contentsOf: folder.path + "/painting.png").height == 480)
  }

  @Test func `an animation is written picture by picture`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let pixels = [UInt8](repeating: 200, count: 320 * 240 * 3)
      let pictures = [Image](repeating: Image(width: 320, height: 240, pixels: pixels), count: 2)
      let animation = try AnimationWriter(to: "morph.gif", width: 320, height: 240)
      for picture in pictures { try animation.append(picture) }
      try animation.finish()
    }
    #expect(try DecodedAnimation(folder.path + "/morph.gif").frames.count == 2)
  }

  @Test func `a network is made anew and described`() throws {
    let architecture = TransformArchitecture(widths: [16, 32, 64], residualBlocks: 3)
    let network = TransformNetwork(architecture: architecture, seed: 1)
    print(architecture.layers.count, architecture.styleLength)

    #expect(network.parameters.count == architecture.layers.count)
  }

  @Test func `the loss network gives features`() async throws {
    let folder = try WorkingFolder()
    try FormulaLossNetwork.write(to: folder.path + "/vgg19.safetensors")
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      setenv("IMPASTO_CACHE", path, 1)
      let lossNetwork = try VGG19()
      let tape = Tape(backend: OneDNNBackend(threads: .available), isRecording: false)
      let picture = tape.constant(Tensor(repeating: 0.5, shape: [1, 64, 64, 3]))
      let features = lossNetwork.features(
        [VGG19.Tap(1, 1), VGG19.Tap(4, 2)], of: picture, scalarType: .float32)
      print(features[1].shape)  // [1, 8, 8, 512]

      #expect(features[1].shape == [1, 8, 8, 512])
    }
  }

  @Test func `a tape gives the gradient of an error`() throws {
    let tape = Tape(backend: OneDNNBackend(threads: .available), isRecording: true)
    let picture = tape.parameter(Tensor([0.25, 0.5, 1], shape: [1, 1, 1, 3]))
    let target = Tensor([0, 0.5, 0.5], shape: [1, 1, 1, 3])
    let error = picture.squaredError(to: target, factors: [1])
    tape.differentiate(error)
    print(error.value.scalars, picture.gradient?.scalars ?? [])  // [0.3125] [0.5, 0.0, 1.0]

    #expect(error.value.scalars == [0.3125])
    #expect(picture.gradient?.scalars == [0.5, 0, 1])
  }

  @Test func `tensors are written and read by name`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      let row = Tensor([1, 2, 3], shape: [3])
      try Safetensors.write(
        NamedTensors(tensors: ["gamma": row], metadata: ["style": "great-wave"]),
        to: "row.safetensors")
      let file = try Safetensors.read("row.safetensors")
      print(file.metadata["style"] ?? "", file.tensors["gamma"]?.scalars ?? [])

      #expect(file.tensors["gamma"]?.scalars == [1, 2, 3])
    }
  }

  @Test func `a file of PyTorch is read`() async throws {
    let folder = try WorkingFolder()
    let storage = PyTorchStream.storage("0", count: 1)
    let object = PyTorchStream.dictionary([
      ("scale", PyTorchStream.tensor(storage, shape: [1], strides: [1]))
    ])
    let bytes = PyTorchStream.bytes(object, storages: [("0", 1, [0, 0, 128, 63])])
    try bytes.write(to: URL(filePath: folder.path + "/weights.pth"))
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      for (name, tensor) in try PyTorchFile.read("weights.pth") { print(name, tensor.shape) }

      #expect(try PyTorchFile.read("weights.pth")["scale"]?.floats() == [1])
    }
  }

  @Test func `a network of another program becomes a checkpoint`() async throws {
    let folder = try WorkingFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(path))
      try StyleModel(contentsOf: "mine.safetensors").exportONNX(to: "candy.onnx")
      let network = try ForeignNetwork(contentsOf: "candy.onnx")
      let styles = (1...network.styleCount).map { StyleDescription(name: "candy-\($0)") }
      try network.model(styles: styles).write(to: "candy.safetensors")
    }
    let model = try StyleModel(contentsOf: folder.path + "/candy.safetensors")
    #expect(model.styles.map(\.name) == ["candy-1", "candy-2"])
  }

  @Test func `a file is replaced as a whole`() throws {
    let folder = try WorkingFolder()
    let path = folder.path + "/notes.txt"
    let (header, body) = (Data("header\n".utf8), Data("body\n".utf8))
    try AtomicFile.write(to: path) { file throws(FileError) in
      try file.append(header)
      try file.append(body)
    }

    #expect(try FileContents.read(path) == header + body)
  }
}
