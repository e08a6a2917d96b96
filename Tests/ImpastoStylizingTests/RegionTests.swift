import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Testing

@Suite struct RegionTests {
  private let model = RandomModel.make(["a", "b", "c", StyleBank.photoName])

  private func stylizer(
    _ backend: any ComputeBackend = OneDNNBackend(), _ type: ScalarType = .float32
  ) -> Stylizer {
    Stylizer(model: model, backend: backend, scalarType: type)
  }

  /// Every backend with every type of activations that it has here.
  private var stylizers: [Stylizer] {
    ([OneDNNBackend(), OpenBLASBackend()] as [any ComputeBackend]).flatMap { backend in
      ScalarType.allCases.filter(backend.supports).map { stylizer(backend, $0) }
    }
  }

  private func mask(
    width: Int, height: Int, _ level: (_ x: Int, _ y: Int) -> UInt8
  ) -> Mask {
    Mask(
      width: width, height: height,
      levels: (0..<width * height).map { level($0 % width, $0 / width) })
  }

  private let white = Mask(width: 3, height: 2, levels: [UInt8](repeating: 255, count: 6))

  /// Holds on every set of instructions.
  @Test(arguments: ["a", "photo", "a:1,b:2", "b:1,photo:1"])
  func `an all-white mask gives the plain style, bit for bit`(_ text: String) throws {
    let mixture = try StyleMixture(parsing: text)
    for (width, height) in [(24, 20), (17, 22), (19, 21), (18, 16)] {
      let photo = Photo.varied(width: width, height: height)
      for stylizer in stylizers {
        let plain = try stylizer.stylize(photo, with: mixture)
        let masked = try stylizer.stylize(
          photo, with: StyleMixture("c"), regions: [StyleRegion(mask: white, mixture: mixture)])
        #expect(masked == plain, "\(width)×\(height), \(stylizer.backend.name)")
      }
    }
  }

  @Test(arguments: ["b", "photo"])
  func `far from its edge a region is its own picture, and the rest as without it`(
    _ name: String
  ) throws {
    let photo = Photo.varied(width: 200, height: 40)
    let left = mask(width: 100, height: 10) { x, _ in x < 50 ? 255 : 0 }
    let mixture = StyleMixture(name)
    let both = try stylizer().stylize(
      photo, with: StyleMixture("a"), regions: [StyleRegion(mask: left, mixture: mixture)])
    let ground = try stylizer().stylize(photo, with: StyleMixture("a"))
    let region = try stylizer().stylize(photo, with: mixture)
    func part(_ image: Image, _ x: Int, _ width: Int) -> Image {
      image.cropped(x: x, y: 0, width: width, height: 40)
    }
    #expect(part(both, 0, 50) == part(region, 0, 50))
    #expect(part(both, 150, 50) == part(ground, 150, 50))
    #expect(part(both, 80, 40) != part(region, 80, 40))
    #expect(part(both, 80, 40) != part(ground, 80, 40))
  }

  @Test func `masks that overlap share, and their order does not count`() throws {
    let photo = Photo.varied(width: 40, height: 32)
    let left = mask(width: 8, height: 8) { x, _ in x < 6 ? 255 : 0 }
    let right = mask(width: 8, height: 8) { x, _ in x > 1 ? 255 : 0 }
    let regions = [
      StyleRegion(mask: left, mixture: StyleMixture("b")),
      StyleRegion(mask: right, mixture: StyleMixture("c")),
    ]
    let picture = try stylizer().stylize(photo, with: StyleMixture("a"), regions: regions)
    let exchanged = try stylizer().stylize(
      photo, with: StyleMixture("a"), regions: regions.reversed())
    #expect(picture.largestDifference(from: exchanged) <= 1)
    // Together they cover all, so that the ground does not count.
    let other = try stylizer().stylize(photo, with: StyleMixture("photo"), regions: regions)
    #expect(picture.largestDifference(from: other) <= 1)
  }

  /// Holds on every set of instructions.
  @Test func `two white masks of one style are that style, bit for bit`() throws {
    let photo = Photo.varied()
    let region = StyleRegion(mask: white, mixture: StyleMixture("b"))
    #expect(
      try stylizer().stylize(photo, with: StyleMixture("a"), regions: [region, region])
        == stylizer().stylize(photo, with: StyleMixture("b")))
  }

  @Test func `a grey mask mixes the styles evenly over the picture`() throws {
    let photo = Photo.varied()
    let grey = mask(width: 2, height: 2) { _, _ in 128 }
    let pictures = try [[], [grey], [white]].map { masks in
      try stylizer().stylize(
        photo, with: StyleMixture("a"),
        regions: masks.map { StyleRegion(mask: $0, mixture: StyleMixture("b")) })
    }
    #expect(pictures[1] != pictures[0] && pictures[1] != pictures[2])
  }

  @Test func `both backends paint regions the same to a level`() throws {
    let photo = Photo.varied(width: 35, height: 26)
    let half = mask(width: 9, height: 9) { x, y in x > y ? 255 : 0 }
    let regions = [
      StyleRegion(mask: half, mixture: try StyleMixture(parsing: "b:1,photo:1")),
      StyleRegion(mask: half, mixture: StyleMixture("c")),
    ]
    let backends: [any ComputeBackend] = [OneDNNBackend(), OpenBLASBackend()]
    let pictures = try backends.map {
      try stylizer($0).stylize(photo, with: StyleMixture("a"), regions: regions)
    }
    #expect(pictures[0].largestDifference(from: pictures[1]) <= 1)
  }

  @Test(arguments: [(UInt8(255), true), (4, false), (0, false)])
  func `a region has to show in a level of the picture somewhere`(
    level: UInt8, isVisible: Bool
  ) throws {
    let dot = mask(width: 90, height: 90) { x, y in x == 40 && y == 40 ? level : 0 }
    let regions = [white, dot].map { StyleRegion(mask: $0, mixture: StyleMixture("b")) }
    let photo = Photo.varied(width: 90, height: 90)
    func paint() throws {
      _ = try stylizer().stylize(photo, with: StyleMixture("a"), regions: regions)
    }
    guard !isVisible else { return try paint() }
    let error = #expect(throws: StylizingError.invisibleRegion(1, width: 90, height: 90)) {
      try paint()
    }
    #expect(
      error?.description == """
        the white in the mask of region 2 is too fine for a picture of 90×90 pixels, so that its \
        style would show nowhere; paint its place larger
        """)
  }

  @Test func `less memory than the leanest way takes is refused before masks are stretched`() {
    var stylizer = stylizer()
    stylizer.memory = 1
    let black = mask(width: 5, height: 5) { _, _ in 0 }
    let error = #expect(throws: StylizingError.self) {
      try stylizer.stylize(
        Photo.varied(width: 20, height: 20), with: StyleMixture("a"),
        regions: [StyleRegion(mask: black, mixture: StyleMixture("b"))])
    }
    guard case .notEnoughMemory(20, 20, _, 1) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a style in a region that the model lacks is refused by name`() {
    let unknown = StyleModelError.unknownStyle("d", known: ["a", "b", "c"])
    #expect(throws: StylizingError.model(unknown)) {
      try stylizer().stylize(
        Photo.varied(), with: StyleMixture("a"),
        regions: [StyleRegion(mask: white, mixture: StyleMixture("d"))])
    }
  }
}
