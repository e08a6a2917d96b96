import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Synchronization
import Testing

@Suite struct BandTests {
  private let model = RandomModel.make(["a", "b", StyleBank.photoName])

  private func stylizer(_ type: ScalarType = .float32, threads: Int = 2) -> Stylizer {
    Stylizer(
      model: model, backend: OneDNNBackend(threads: ThreadBudget(count: threads)),
      scalarType: type)
  }

  private func least(_ photo: Image, _ stylizer: Stylizer) -> Int {
    BandPlan.minimumBytes(
      stylizer.model.network.architecture, width: photo.width, height: photo.height,
      scalarType: stylizer.scalarType)
  }

  /// Every backend with every type of activations that it has here.
  ///
  /// - Parameter widths: Those of the network; from 32 on, its convolutions may be done by tiles.
  private func stylizers(widths: [Int]) -> [Stylizer] {
    stylizers(of: RandomModel.make(["a", "b", StyleBank.photoName], widths: widths))
  }

  private func stylizers(of model: StyleModel) -> [Stylizer] {
    let threads = ThreadBudget(count: 2)
    let backends: [any ComputeBackend] = [
      OneDNNBackend(threads: threads), OpenBLASBackend(threads: threads),
    ]
    return backends.flatMap { backend in
      ScalarType.allCases.filter(backend.supports).map {
        Stylizer(model: model, backend: backend, scalarType: $0)
      }
    }
  }

  /// Plans that keep all but one image, each image and the last, every other one, and some at random.
  private func plans(_ photo: Image, _ stylizer: Stylizer) -> [BandPlan] {
    let architecture = stylizer.model.network.architecture
    let count = architecture.layers.count
    var random = RandomSource(seed: 9)
    let choices: [[Bool]] =
      (0..<count).flatMap { layer in
        [(0..<count).map { $0 != layer }, (0..<count).map { $0 == layer }]
      } + (0..<6).map { _ in (0..<count).map { _ in random.next() & 1 == 1 } }
      + [(0..<count).map { $0 % 2 == 0 }, (0..<count).map { $0 % 2 == 1 }]
    return choices.map {
      BandPlan(
        architecture, width: photo.width, height: photo.height, scalarType: stylizer.scalarType,
        threads: stylizer.backend.threads.count, keeps: $0)
    }
  }

  private func pixels(
    _ stylizer: Stylizer, _ photo: any PhotoRows, _ mixture: StyleMixture,
    regions: [StyleRegion] = []
  ) throws -> [UInt8] {
    var pixels: [UInt8] = []
    try stylizer.stylize(photo, with: mixture, regions: regions) { pixels += $0 }
    return pixels
  }

  /// Heights around multiples of the 32 rows of a part, one with parts of 48, and odd widths.
  ///
  /// Holds on every set of instructions.
  @Test(arguments: [(64, 40), (65, 33), (97, 26), (130, 19), (31, 50), (302, 17)])
  func `the picture does not depend on what is kept, bit for bit`(height: Int, width: Int) throws {
    let photo = Photo.varied(width: width, height: height)
    for stylizer in [[4, 6, 8], [32, 32, 64]].flatMap(stylizers(widths:)) {
      let plans = plans(photo, stylizer)
      #expect(plans.count { $0.passes.contains { $0 > 1 } } > 15)
      for mixture in ["a", "b:1,photo:2"] {
        let mixture = try StyleMixture(parsing: mixture)
        let whole = try stylizer.stylize(photo, with: mixture)
        for plan in plans {
          #expect(
            try stylizer.stylize(photo, with: mixture, by: plan) == whole,
            "\(stylizer.backend.name), \(stylizer.scalarType), kept: \(plan.keeps)")
        }
      }
    }
  }

  /// Of several parts, with remainders, and of one.
  @Test(arguments: [(165, 37), (49, 42), (21, 90)])
  func `pictures of layers of all kinds do not depend on what is kept, bit for bit`(
    height: Int, width: Int
  ) throws {
    let photo = Photo.varied(width: width, height: height)
    let regions = [
      StyleRegion(mask: Mask(width: 2, height: 1, levels: [255, 0]), mixture: StyleMixture("b"))
    ]
    for (name, model) in DescribedModels.all {
      for stylizer in stylizers(of: model) {
        for regions in [[], regions] {
          let mixture = try StyleMixture(parsing: "a:2,photo:1")
          let whole = try stylizer.stylize(photo, with: mixture, regions: regions)
          for plan in plans(photo, stylizer) {
            #expect(
              try stylizer.stylize(photo, with: mixture, regions: regions, by: plan) == whole,
              "\(name) on \(stylizer.backend.name), \(stylizer.scalarType), kept: \(plan.keeps)")
          }
        }
      }
    }
  }

  /// Holds on every set of instructions.
  @Test func `regions do not depend on what is kept, bit for bit`() throws {
    let photo = Photo.varied(width: 45, height: 75)
    let left = Mask(width: 2, height: 1, levels: [255, 0])
    let regions = [
      StyleRegion(mask: left, mixture: StyleMixture("b")),
      StyleRegion(mask: left, mixture: StyleMixture(StyleBank.photoName)),
    ]
    for stylizer in [[4, 6, 8], [32, 32, 64]].flatMap(stylizers(widths:)) {
      let whole = try stylizer.stylize(photo, with: StyleMixture("a"), regions: regions)
      for plan in plans(photo, stylizer) {
        #expect(
          try stylizer.stylize(photo, with: StyleMixture("a"), regions: regions, by: plan)
            == whole,
          "\(stylizer.backend.name), \(stylizer.scalarType), kept: \(plan.keeps)")
      }
    }
  }

  /// What is free is given back to the system after each layer then.
  ///
  /// Holds on every set of instructions.
  @Test func `the picture does not depend on the memory, bit for bit`() throws {
    let photo = Photo.varied(width: 30, height: 1000)
    let regions = [
      StyleRegion(mask: Mask(width: 1, height: 2, levels: [255, 0]), mixture: StyleMixture("b"))
    ]
    for var stylizer in stylizers(widths: [32, 32, 64]) {
      let leanest = try #require(plans(photo, stylizer).min { $0.peakBytes < $1.peakBytes })
      #expect(leanest.keeps.filter { !$0 }.count >= 2)
      for regions in [[], regions] {
        stylizer.memory = .max
        let whole = try stylizer.stylize(photo, with: StyleMixture("a"), regions: regions)
        // The least is that of one thread.
        for memory in [leanest.peakBytes, least(photo, stylizer)] {
          stylizer.memory = memory
          #expect(
            try stylizer.stylize(photo, with: StyleMixture("a"), regions: regions) == whole)
          #expect(
            try pixels(stylizer, photo, StyleMixture("a"), regions: regions) == whole.pixels)
        }
      }
    }
  }

  /// Holds on every set of instructions.
  @Test func `the picture does not depend on the number of threads, bit for bit`() throws {
    let photo = Photo.varied(width: 50, height: 130)
    let mixture = StyleMixture("a")
    #expect(
      try stylizer(threads: 1).stylize(photo, with: mixture)
        == stylizer(threads: 2).stylize(photo, with: mixture))
  }

  @Test func `less memory than the leanest way takes is refused before any row is read`() throws {
    let photo = UnreadablePhoto(width: 1000, height: 800)
    var stylizer = stylizer()
    let needed = BandPlan.minimumBytes(
      model.network.architecture, width: 1000, height: 800, scalarType: .float32)
    stylizer.memory = needed - 1
    let error = #expect(throws: StylizingError.self) {
      try pixels(stylizer, photo, StyleMixture("a"))
    }
    #expect(
      error
        == .notEnoughMemory(width: 1000, height: 800, needed: needed, allowed: needed - 1))
    #expect(
      error?.description == """
        1000×800 pixels take at least \((needed + 999_999) / 1_000_000) MB of memory to paint, and \
        \((needed - 1) / 1_000_000) MB are allowed; allow more, use a smaller picture or scale it \
        down
        """)
  }

  @Test func `a photo that cannot be read to its end is refused with its own error`() throws {
    #expect(throws: StylizingError.photo(UnreadablePhoto.error)) {
      try pixels(stylizer(), UnreadablePhoto(width: 64, height: 64), StyleMixture("a"))
    }
  }

  @Test func `all bands are told of, each once`() throws {
    let photo = Photo.varied(width: 40, height: 70)
    let left = Mask(width: 2, height: 1, levels: [255, 0])
    for regions in [[], [StyleRegion(mask: left, mixture: StyleMixture("b"))]] {
      for memory in [least(photo, stylizer()), .max] {
        var stylizer = stylizer()
        stylizer.memory = memory
        let heard = Heard()
        try stylizer.stylize(
          photo, with: StyleMixture("a"), regions: regions, progress: { heard.note($0, $1) }
        ) { _ in }
        #expect(heard.isComplete)
      }
      for strokeSize in [0.5, 2] {
        let heard = Heard()
        _ = try stylizer().stylize(
          photo, with: StyleMixture("a"), regions: regions, strokeSize: strokeSize,
          progress: { heard.note($0, $1) })
        #expect(heard.isComplete, "\(strokeSize)")
      }
    }
  }

  @Test func `a stylisation stops where it is told to`() throws {
    let heard = Heard(limit: 9)
    let error = #expect(throws: StylizingError.stopped) {
      try stylizer().stylize(
        Photo.varied(width: 40, height: 200), with: StyleMixture("a"),
        progress: { heard.note($0, $1) })
    }
    #expect(error?.description == "stopped before the picture was done; begin again to get it")
    // Those that other threads had begun are done.
    #expect((9...10).contains(heard.count))
  }

  // MARK: Plans

  @Test func `the less memory a plan may take, the more it computes`() throws {
    let architecture = TransformArchitecture.published
    func plan(_ memory: Int) -> BandPlan? {
      BandPlan.quickest(
        architecture, width: 3840, height: 2160, scalarType: .bfloat16, threads: 2, memory: memory)
    }
    let whole = try #require(plan(.max))
    #expect(whole.keeps.allSatisfy { $0 })
    #expect(whole.passes.allSatisfy { $0 == 1 })
    let leanest = try #require(
      plan(
        BandPlan.minimumBytes(architecture, width: 3840, height: 2160, scalarType: .bfloat16)))
    #expect(10 * leanest.peakBytes < 7 * whole.peakBytes)
    #expect(leanest.passes.reduce(0, +) > whole.passes.reduce(0, +))
    #expect(leanest.bandHeight == whole.bandHeight)
  }

  /// Where filters, which take the same for all sizes, count for little.
  @Test(arguments: [(2048, 2048), (3840, 2160)])
  func `with all images kept there are about 45 scalars a pixel`(width: Int, height: Int) {
    let bytes = Stylizer.memory(
      for: .published, width: width, height: height, .float32, threads: 2)
    #expect((38...52).contains(bytes / 4 / (width * height)))
  }

  @Test(arguments: [("published", 2.6), ("published-steady", 2.6), ("live", 1)])
  func `a hundred megapixels take few gigabytes in bf16`(name: String, gigabytes: Double) throws {
    let architecture = try #require(
      TransformArchitecture.named.first { $0.name == name }?.architecture)
    let bytes = BandPlan.minimumBytes(
      architecture, width: 11_600, height: 8_700, scalarType: .bfloat16)
    #expect(Double(bytes) < 1e9 * gigabytes)
  }

  /// Every image is as large as the photo, and each but the last is made anew for each after it.
  @Test func `many layers without strides take memory that is bounded, too`() throws {
    typealias Layer = TransformArchitecture.Layer
    let middle = (1...16).map {
      Layer(
        name: "layer.\($0)", kernel: 3, inputs: 64, outputs: 64, activation: .linear,
        addend: $0 == 1 ? "first" : "layer.\($0 - 1)")
    }
    let architecture = try TransformArchitecture(
      layers: [Layer(name: "first", kernel: 3, inputs: 3, outputs: 64)] + middle
        + [Layer(name: "last", kernel: 3, inputs: 64, outputs: 3, activation: .sigmoid)])
    let bytes = BandPlan.minimumBytes(
      architecture, width: 11_600, height: 8_700, scalarType: .bfloat16)
    // One image of 64 channels takes twelve gigabytes.
    #expect(bytes < 4_500_000_000)
  }

  @Test(arguments: [
    (3840, 2160, ScalarType.float32, 1_000_000_000),
    (11_600, 8_700, .bfloat16, 4_000_000_000),
  ])
  func `where memory is short for many threads, fewer work`(
    width: Int, height: Int, type: ScalarType, memory: Int
  ) throws {
    func plan(threads: Int, memory: Int) -> BandPlan? {
      BandPlan.quickest(
        .published, width: width, height: height, scalarType: type, threads: threads,
        memory: memory)
    }
    #expect(try #require(plan(threads: 64, memory: .max)).threads == 64)
    let short = try #require(plan(threads: 64, memory: memory))
    #expect(short.threads < 64 && short.peakBytes <= memory)
    let least = BandPlan.minimumBytes(.published, width: width, height: height, scalarType: type)
    #expect(try #require(plan(threads: 64, memory: least)).threads == 1)
    #expect(plan(threads: 64, memory: least - 1) == nil)
  }
}

/// What a stylisation tells of its progress.
private final class Heard: Sendable {
  private let calls = Mutex<[(done: Int, total: Int)]>([])
  private let limit: Int

  /// Wants the work to stop after `limit` bands.
  init(limit: Int = .max) { self.limit = limit }

  func note(_ done: Int, _ total: Int) -> Bool {
    calls.withLock { $0.append((done, total)) }
    return done < limit
  }

  var count: Int { calls.withLock { $0.count } }

  /// Whether each number up to the one total was told once.
  var isComplete: Bool {
    calls.withLock { calls in
      calls.map(\.done).sorted() == Array(1...calls.count)
        && calls.allSatisfy { $0.total == calls.count }
    }
  }
}

/// A photo that fails wherever it is read.
private struct UnreadablePhoto: PhotoRows {
  let width, height: Int
  static let error = ImageError.damaged(name: "photo.png", format: .png, reason: "torn")

  func levels(ofRows rows: Range<Int>) throws(ImageError) -> [UInt8] { throw Self.error }
}
