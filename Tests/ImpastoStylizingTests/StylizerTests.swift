import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Testing

@Suite struct StylizerTests {
  private let model = RandomModel.make(["a", "b", StyleBank.photoName])

  private func stylizer(
    _ backend: any ComputeBackend = OneDNNBackend(), _ type: ScalarType = .float32
  ) -> Stylizer {
    Stylizer(model: model, backend: backend, scalarType: type)
  }

  // MARK: Sizes

  @Test(arguments: 16...21)
  func `a picture has exactly the size of its photo`(height: Int) throws {
    for stylizer in [stylizer(), stylizer(OpenBLASBackend())] {
      for width in 16...21 {
        let picture = try stylizer.stylize(
          Photo.varied(width: width, height: height), with: StyleMixture("a"))
        #expect(picture.width == width && picture.height == height, "\(stylizer.backend.name)")
      }
    }
  }

  @Test(arguments: [(15, 16), (16, 15), (1, 1)])
  func `a photo of fewer than 16 pixels is refused`(width: Int, height: Int) {
    let error = #expect(throws: StylizingError.tooSmall(width: width, height: height, minimum: 16))
    {
      try stylizer().stylize(Photo.varied(width: width, height: height), with: StyleMixture("a"))
    }
    #expect(
      error?.description
        == "the picture is \(width)×\(height) pixels, and 16×16 is the least; use a larger one")
  }

  // MARK: Mixtures

  /// Holds on every set of instructions.
  @Test func `a mixture with all weight on one style is that style, bit for bit`() throws {
    let photo = Photo.varied()
    let alone = try stylizer().stylize(photo, with: StyleMixture("a"))
    #expect(try stylizer().stylize(photo, with: StyleMixture(parsing: "b:0,a:3")) == alone)
    #expect(try stylizer().stylize(photo, with: StyleMixture(parsing: "a:1,photo:0")) == alone)
  }

  @Test func `only the proportions of a mixture count`() throws {
    let photo = Photo.varied()
    #expect(
      try stylizer().stylize(photo, with: StyleMixture(parsing: "a:2,b:2"))
        == stylizer().stylize(photo, with: StyleMixture(parsing: "a:0.5,b:0.5")))
  }

  @Test func `a blend is neither of its styles`() throws {
    let photo = Photo.varied()
    let pictures = try ["a", "b", "a:1,b:1", "a:1,photo:1"].map {
      try stylizer().stylize(photo, with: StyleMixture(parsing: $0)).pixels
    }
    #expect(Set(pictures).count == pictures.count)
  }

  @Test func `a style that the model lacks is refused by name`() {
    let unknown = StyleModelError.unknownStyle("c", known: ["a", "b"])
    #expect(throws: StylizingError.model(unknown)) {
      try stylizer().stylize(Photo.varied(), with: StyleMixture("c"))
    }
    #expect(StylizingError.model(unknown).description == unknown.description)
  }

  // MARK: Numbers

  @Test(arguments: ["a", "a:1,b:1", "photo", "b:1,photo:2"])
  func `both backends paint the same to a level`(_ mixture: String) throws {
    let photo = Photo.varied(width: 35, height: 26)
    let mixture = try StyleMixture(parsing: mixture)
    let picture = try stylizer().stylize(photo, with: mixture)
    let reference = try stylizer(OpenBLASBackend()).stylize(photo, with: mixture)
    #expect(picture.largestDifference(from: reference) <= 1)
  }

  @Test(.enabled(if: OneDNNBackend().supports(.bfloat16), "this processor has no bf16 arithmetic"))
  func `bf16 stays within 35 dB of f32`() throws {
    let photo = Photo.varied(width: 64, height: 48)
    for mixture in ["a", "b", "a:1,b:1"] {
      let mixture = try StyleMixture(parsing: mixture)
      let picture = try stylizer(OneDNNBackend(), .bfloat16).stylize(photo, with: mixture)
      let reference = try stylizer().stylize(photo, with: mixture)
      #expect(picture.signalToNoise(against: reference) >= 35, "\(mixture)")
    }
  }

  @Test func `a photo leaves nothing behind for the next`() throws {
    let stylizer = stylizer()
    let (first, second) = (Photo.varied(), Photo.varied(width: 33, height: 18, seed: 2))
    let alone = try stylizer.stylize(first, with: StyleMixture("a"))
    _ = try stylizer.stylize(second, with: StyleMixture("b"))
    #expect(try stylizer.stylize(first, with: StyleMixture("a")) == alone)
  }

  @Test func `ten pictures at once are ten times the same`() async throws {
    let (stylizer, photo) = (stylizer(), Photo.varied())
    let alone = try stylizer.stylize(photo, with: StyleMixture("a"))
    try await withThrowingTaskGroup(of: Image.self) { group in
      for _ in 0..<10 {
        group.addTask { try stylizer.stylize(photo, with: StyleMixture("a")) }
      }
      for try await picture in group { #expect(picture == alone) }
    }
  }

  @Test(arguments: [(Float(1e38), "encoder.2"), (.infinity, "encoder.1"), (.nan, "encoder.1")])
  func `numbers that are not finite never become a picture`(gain: Float, layer: String) throws {
    let diverged = RandomModel.make(["a"], gain: gain)
    for backend in [OneDNNBackend(), OpenBLASBackend()] as [any ComputeBackend] {
      let stylizer = Stylizer(model: diverged, backend: backend, scalarType: .float32)
      let error = #expect(throws: StylizingError.notFinite(StyleMixture("a"), layer: layer)) {
        try stylizer.stylize(Photo.varied(), with: StyleMixture("a"))
      }
      #expect(
        error?.description == """
          the network's layer \(layer) gives numbers that are not finite for “a”; its checkpoint was \
          probably saved by a diverged run, so use another
          """)
    }
  }

  @Test(arguments: [UInt8(0), 128, 255])
  func `a photo without any contrast can be painted`(level: UInt8) throws {
    let photo = Image(
      width: 20, height: 24, pixels: [UInt8](repeating: level, count: 20 * 24 * 3))
    for stylizer in [stylizer(), stylizer(OpenBLASBackend())] {
      for mixture in ["a", "photo", "a:1,b:1,photo:1"] {
        let picture = try stylizer.stylize(photo, with: StyleMixture(parsing: mixture))
        #expect(picture.width == 20 && picture.height == 24)
      }
    }
  }

  /// Zeros around the image would show as stripes along the border.
  @Test(arguments: [24, 27])
  func `borders continue the photo`(extent: Int) throws {
    let columns = Photo.columns(width: 32, height: extent)
    let picture = try stylizer().stylize(columns, with: StyleMixture("a"))
    let row = picture.cropped(x: 0, y: extent / 2, width: 32, height: 1)
    for y in 0..<extent {
      let other = picture.cropped(x: 0, y: y, width: 32, height: 1)
      #expect(other.largestDifference(from: row) <= 1, "row \(y)")
    }
    #expect(Set(row.pixels).count > 10)
  }
}
