import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import TestSupport
import Testing

struct PhotoPaintingTests {
  private let folder: TemporaryFolder
  private let stylizer: Stylizer

  init() throws {
    folder = try TemporaryFolder()
    try folder.makePicture("photo.png", width: 61, height: 47)
    try folder.makeModel("m.safetensors")
    let engine = try ComputeSettings(precision: .f32).engine()
    stylizer = Stylizer(
      model: try StyleModel(contentsOf: folder.file("m.safetensors")), backend: engine.backend,
      scalarType: engine.scalarType)
  }

  private func painting(
    _ settings: PaintingSettings, size: Int? = nil, memory: MemoryBudget = MemoryBudget()
  ) throws -> PhotoPainting {
    try PhotoPainting(
      OpenedPhoto(
        ImageReader(contentsOf: folder.file("photo.png"), keepingAlpha: true), name: "photo.png",
        size: size),
      with: settings, stylizer: stylizer, memory: memory, format: .png, quality: 95)
  }

  /// The rows of a painting as one picture.
  private func picture(_ painting: PhotoPainting) throws -> Image {
    var pixels: [UInt8] = []
    try painting.paint { pixels += $0.pixels }
    return Image(width: painting.width, height: painting.height, pixels: pixels)
  }

  @Test(arguments: [1.0, 1.5])
  func `the picture is that of the stylizer`(strokeSize: Double) throws {
    let photo = try Image(contentsOf: folder.file("photo.png"))
    let settings = PaintingSettings(
      mixture: StyleMixture("waves"), strokeSize: strokeSize, keepsColors: true)
    let expected = try stylizer.stylize(
      photo, with: settings.mixture, strokeSize: strokeSize
    ).withColors(of: photo)
    #expect(try picture(painting(settings)) == expected)
  }

  @Test func `a size is that of the longer side`() throws {
    let painting = try painting(PaintingSettings(mixture: StyleMixture("dots")), size: 40)
    #expect([painting.width, painting.height] == [40, 31])
    let photo = try Image(contentsOf: folder.file("photo.png")).resized(width: 40, height: 31)
    #expect(try picture(painting) == stylizer.stylize(photo, with: StyleMixture("dots")))
  }

  @Test func `the progress callback stops a painting`() throws {
    let painting = try painting(PaintingSettings(mixture: StyleMixture("dots")))
    var rows = 0
    #expect(throws: StylizingError.stopped) {
      try painting.paint(while: { false }) { rows += $0.height }
    }
    #expect(rows == 0)
  }

  @Test func `a photo that does not fit the budget is refused before it is painted`() throws {
    #expect {
      try painting(
        PaintingSettings(mixture: StyleMixture("dots")), memory: MemoryBudget(bytes: 1_000_000))
    } throws: {
      guard case SessionError.cannotStylize("photo.png", let reason) = $0 else { return false }
      return reason.hasPrefix("61×47 pixels take at least ") && reason.contains("1 MB are allowed")
    }
  }

  @Test func `one photo is painted in many mixtures, until a callback says no`() throws {
    let painter = try PhotoPainter(
      folder.file("photo.png"), size: nil, limit: 30, held: 2, stylizer: stylizer,
      memory: MemoryBudget())
    #expect([painter.photo.width, painter.photo.height] == [30, 23])
    let mixtures = [StyleMixture("dots"), StyleMixture("waves")]
    var pictures: [Image] = []
    _ = try painter.paint(mixtures) { pictures.append($0) }
    #expect(try pictures == mixtures.map { try stylizer.stylize(painter.photo, with: $0) })
    #expect(throws: StylizingError.stopped) {
      try painter.paint(mixtures, while: { false }) { pictures.append($0) }
    }
    #expect(pictures.count == 2)
  }
}
