import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

@Suite struct DoodleTests {
  private static let colors = [
    MapColor(0, 0, 0), MapColor(255, 0, 0), MapColor(40, 90, 250), MapColor(250, 240, 200),
  ]

  /// A picture of columns, each as wide as all others, whose pixels `level` gives.
  private static func columns(
    _ order: [Int], width: Int = 96, height: Int = 64,
    _ level: (_ column: Int, _ x: Int, _ y: Int, _ channel: Int) -> Int
  ) -> Image {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let column = order[x * order.count / width]
        for channel in 0..<3 { pixels.append(UInt8(clamping: level(column, x, y, channel))) }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  private static func map(_ order: [Int], width: Int = 96) -> Image {
    columns(order, width: width) { column, _, _, channel in
      let color = colors[column]
      return Int([color.red, color.green, color.blue][channel])
    }
  }

  /// Each column with a pattern of its own.
  private static func textures(_ order: [Int]) -> Image {
    columns(order) { column, x, y, channel in
      switch column {
      case 0: (x / 2 + y / 2) % 2 * 90 + 20 + 10 * channel
      case 1: y % 6 < 3 ? [220, 60, 40][channel] : [150, 20, 60][channel]
      default:
        (x * x + 3 * y * y) / 7 % 2 == 0 ? [90, 160, 230][channel] : [180, 220, 120][channel]
      }
    }
  }

  private func maps(
    _ doodle: Image, _ painting: Image, map: Image
  ) throws(TrainingError) -> DoodleMaps {
    try DoodleMaps(
      doodle, named: "doodle.png",
      paintings: [MappedPainting(painting, map: map, mapName: "painting-map.png")])
  }

  @Test func `soft edges, JPEG and black make no regions of their own`() throws {
    let sharp = Self.map([0, 1, 2])
    let soft = sharp.resized(width: 31, height: 21).resized(width: 200, height: 133)
    let folder = try TemporaryFolder()
    try sharp.resized(width: 300, height: 200).write(to: folder.file("map.jpg"), quality: 60)
    let squeezed = try Image(contentsOf: folder.file("map.jpg"))
    for doodle in [sharp, soft, squeezed] {
      let maps = try maps(doodle, Self.textures([0, 1, 2]), map: Self.map([0, 1, 2]))
      #expect(Set(maps.regions.map(\.color)) == Set(Self.colors.prefix(3)))
      #expect(maps.notices.isEmpty)
      #expect(maps.regions.allSatisfy { $0.sources.count == 1 && !$0.place.isBlack })
    }
  }

  @Test func `a colour that one side lacks is named with its pixels`() throws {
    let painting = Self.textures([0, 1])
    #expect(
      throws: TrainingError.unknownMapColor(
        "doodle.png", color: Self.colors[2], pixels: 1860, known: [Self.colors[1], Self.colors[0]])
    ) { try maps(Self.map([0, 1, 2]), painting, map: Self.map([0, 1])) }
    do {
      _ = try maps(Self.map([0, 1, 2]), painting, map: Self.map([0, 1]))
    } catch {
      #expect(
        error.description == """
          doodle.png: 1860 pixels are #285afa, and no map of a painting has this colour; take one \
          of #ff0000, #000000, or give a part of a painting this one
          """)
    }
    let unused = try maps(Self.map([0, 1]), Self.textures([0, 1, 2]), map: Self.map([0, 1, 2]))
    #expect(
      unused.notices == ["painting-map.png: 1860 pixels are #285afa, which doodle.png does not use"]
    )
  }

  @Test func `a picture of many colours is no map`() throws {
    let many = Image(
      width: 200, height: 200,
      pixels: (0..<200 * 200).flatMap { pixel -> [UInt8] in
        let (x, y) = (pixel % 200 / 25, pixel / 200 / 25)
        return [UInt8(x * 36), UInt8(y * 36), UInt8((x + y) % 2 * 128)]
      })
    #expect(throws: TrainingError.notAMap("doodle.png", colors: 64)) {
      try maps(many, Self.textures([0, 1]), map: Self.map([0, 1]))
    }
    #expect(
      TrainingError.notAMap("doodle.png", colors: 64).description
        == "doodle.png: has 64 colours, and 32 are the most; a map has a plain colour for each region"
    )
  }

  private func optimization(
    _ doodle: Image, photo: Image? = nil, iterations: Int = 40, seed: UInt64 = 1,
    lossNetwork: VGG19? = nil
  ) throws -> DoodleOptimization {
    let painting = MappedPainting(
      Self.textures([0, 1, 2]), map: Self.map([0, 1, 2]), mapName: "painting-map.png")
    return try DoodleOptimization(
      DoodleMaps(doodle, named: "doodle.png", paintings: [painting]), width: 96, height: 64,
      paintings: [painting], photo: photo,
      settings: OptimizationSettings(iterations: iterations, scales: 2, styleScale: 1, seed: seed),
      lossNetwork: lossNetwork ?? FormulaLossNetwork.shared.get(), backend: OneDNNBackend(),
      scalarType: .float32)
  }

  @Test func `losses that are not finite are refused before the first step`() throws {
    let network = try FormulaLossNetwork.overflowing()
    #expect(throws: TrainingError.pixelsDiverged(iteration: 0)) {
      try optimization(Self.map([0, 1]), lossNetwork: network)
    }
  }

  @Test func `every region is painted like its own part of the painting`() throws {
    let order = [2, 0, 1]
    let optimization = try optimization(Self.map(order))
    let start = optimization.losses
    while !optimization.isFinished { try optimization.step() }
    let losses = optimization.losses
    #expect(losses.total < 0.5 * start.total && losses.content == 0)
    #expect(losses.regions.keys.sorted() == ["#000000", "#285afa", "#ff0000"])

    // The styles of the parts of both pictures, against each other.
    let loss = PerceptualLoss(
      network: try FormulaLossNetwork.shared.get(), backend: OneDNNBackend(),
      scalarType: .float32, terms: PerceptualTerms())
    let kernels = OneDNNBackend().kernels
    func styles(_ picture: Image) -> [PerceptualLoss.StyleTarget] {
      (0..<3).map { loss.target(of: picture.cropped(x: 32 * $0, y: 0, width: 32, height: 64)) }
    }
    let sources = styles(Self.textures([0, 1, 2]))
    for (column, style) in zip(order, styles(optimization.picture)) {
      let distances = sources.map { source in
        (0..<4).reduce(0.0) { sum, layer in
          let error = kernels.squaredDifference(style.grams[layer], source.grams[layer])[0]
          return sum + error * Double(source.factors[layer])
        }
      }
      let least = distances.indices.min { distances[$0] < distances[$1] }
      #expect(least == column, "column \(column): \(distances)")
    }
  }

  @Test func `equal seeds give equal bits, and a photo shows`() throws {
    func picture(photo: Image? = nil, seed: UInt64 = 1) throws -> (Image, DoodleLosses) {
      let optimization = try optimization(
        Self.map([1, 2]), photo: photo, iterations: 4, seed: seed)
      while !optimization.isFinished { try optimization.step() }
      return (optimization.picture, optimization.losses)
    }
    let first = try picture().0
    #expect(try picture().0 == first)
    #expect(try picture(seed: 2).0 != first)
    let photo = Self.textures([2, 1, 0])
    let (seen, losses) = try picture(photo: photo)
    #expect(seen != first && losses.content > 0 && losses.content < 1)
  }

  @Test func `a thin region counts`() throws {
    let thin = Self.columns([0]) { _, x, _, channel in
      let color = Self.colors[x >= 50 && x < 53 ? 1 : 0]
      return Int([color.red, color.green, color.blue][channel])
    }
    let optimization = try optimization(thin, iterations: 25)
    let before = try #require(optimization.losses.regions["#ff0000"])
    while !optimization.isFinished { try optimization.step() }
    let after = try #require(optimization.losses.regions["#ff0000"])
    #expect(before > 0 && after < 0.6 * before, "\(before) to \(after)")
  }
}
