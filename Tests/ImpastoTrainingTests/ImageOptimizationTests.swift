import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

@Suite struct ImageOptimizationTests {
  private static let photo = SmallRun.image(width: 44, height: 36) { x, y in (x * 5 + y * y) % 256 }
  private static let paintings = SmallRun.styles.map {
    ImageOptimization.WeightedPainting($0.painting)
  }

  private func optimization(
    of photo: Image = photo, in paintings: [ImageOptimization.WeightedPainting] = paintings,
    from start: ImageOptimization.Start = .photo, _ settings: OptimizationSettings = .init(),
    scalarType: ScalarType = .float32
  ) throws -> ImageOptimization {
    try ImageOptimization(
      of: photo, in: paintings, from: start, settings: settings,
      lossNetwork: FormulaLossNetwork.shared.get(), backend: OneDNNBackend(),
      scalarType: scalarType)
  }

  /// Goes to the end, and returns the losses before and after each step.
  private func finish(_ optimization: ImageOptimization) throws -> [PictureLosses] {
    var losses = [optimization.losses]
    while !optimization.isFinished {
      try optimization.step()
      losses.append(optimization.losses)
    }
    return losses
  }

  @Test(arguments: [ImageOptimization.Start.photo, .noise, .image(SmallRun.styles[0].painting)])
  func `every step of L-BFGS lowers the loss, and takes little more than one evaluation`(
    start: ImageOptimization.Start
  ) throws {
    let optimization = try optimization(from: start, OptimizationSettings(iterations: 20))
    let totals = try finish(optimization).map(\.total)
    #expect(totals.count == 21 && optimization.completedIterations == 20)
    #expect(zip(totals, totals.dropFirst()).allSatisfy { $0 > $1 }, "\(totals)")
    #expect(totals[20] < 0.5 * totals[0])
    #expect(optimization.evaluations <= 30)
    let picture = optimization.picture
    #expect(picture != Self.photo)
    #expect((picture.width, picture.height) == (44, 36))
  }

  @Test(
    .enabled(if: OneDNNBackend.hasBFloat16Arithmetic, "this processor does not compute in bf16"))
  func `in bf16 the loss falls as far as in f32`() throws {
    let settings = OptimizationSettings(iterations: 15)
    let exact = try finish(optimization(settings)).map(\.total)
    let rounded = try optimization(settings, scalarType: .bfloat16)
    _ = try finish(rounded)
    // What the picture is worth, not what rounding says of it.
    let worth = try optimization(from: .image(rounded.picture), settings).losses.total
    #expect(worth < exact[0] * 0.6)
    #expect(worth < exact[15] * 1.1, "\(worth) against \(exact[15])")
  }

  @Test func `the losses of the picture are those that were reported`() throws {
    let settings = OptimizationSettings(iterations: 10)
    let optimization = try optimization(settings)
    let losses = try #require(try finish(optimization).last)
    let again = try self.optimization(from: .image(optimization.picture), settings).losses
    // Its levels are rounded to 8 bits, and so are its losses.
    #expect(abs(again.total - losses.total) < 0.02 * losses.total)
    #expect(
      abs(losses.content + 20 * losses.style - losses.total) < 1e-5 * losses.total)
    #expect(losses.layers.count == 4)
  }

  @Test func `Adam lowers the loss too, and keeps the best picture where it overshoots`() throws {
    var settings = OptimizationSettings(method: .adam, iterations: 30)
    let totals = try finish(optimization(settings)).map(\.total)
    #expect(totals[30] < 0.7 * totals[0])
    settings.learningRate = 0.5
    let wild = try finish(optimization(settings)).map(\.total)
    #expect(zip(wild, wild.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test(arguments: OptimizationSettings.Method.allCases)
  func `equal seeds give equal bytes, and others give others`(
    method: OptimizationSettings.Method
  ) throws {
    func picture(seed: UInt64) throws -> Image {
      let optimization = try optimization(
        from: .noise, OptimizationSettings(method: method, iterations: 4, seed: seed))
      _ = try finish(optimization)
      return optimization.picture
    }
    let first = try picture(seed: 3)
    #expect(try picture(seed: 3) == first)
    #expect(try picture(seed: 4) != first)
  }

  @Test func `scales are worked through from small to large`() throws {
    let photo = Self.photo.resized(width: 130, height: 150)
    let optimization = try optimization(
      of: photo, in: [Self.paintings[0]], OptimizationSettings(iterations: 3, scales: 3))
    #expect(optimization.sizes.map(\.width) == [32, 65, 130])
    #expect(optimization.sizes.map(\.height) == [37, 75, 150])
    var scales: [Int] = []
    while !optimization.isFinished {
      scales.append(optimization.scale)
      try optimization.step()
      #expect((optimization.picture.width, optimization.picture.height) == (130, 150))
    }
    #expect(scales == [0, 0, 0, 1, 1, 1, 2, 2, 2])
    #expect(optimization.completedIterations == 9)
    #expect(optimization.evaluations >= 12)

    let picture = optimization.picture
    try optimization.step()
    #expect(optimization.picture == picture && optimization.completedIterations == 9)
  }

  /// Sums of squares have no common unit, so that a balance that holds has to be seen.
  @Test(arguments: [1, 2])
  func `with the sums of Gatys a painting shows at any size`(enlargement: Int) throws {
    let photo = Self.photo.resized(width: 44 * enlargement, height: 36 * enlargement)
    let settings = OptimizationSettings(
      terms: PerceptualTerms(formula: .gatys, styleWeight: PerceptualTerms.styleWeight(.gatys)),
      iterations: 30)
    let losses = try finish(optimization(of: photo, in: [Self.paintings[0]], settings))
    #expect(losses[30].style < 0.3 * losses[0].style, "\(losses[0].style) to \(losses[30].style)")
  }

  @Test func `weights say which painting is seen`() throws {
    let settings = OptimizationSettings(
      terms: PerceptualTerms(contentWeight: 0.1), iterations: 20)
    func styles(_ weights: [Float]) throws -> [Float] {
      let mixed = try optimization(
        in: zip(SmallRun.styles, weights).map { .init($0.painting, weight: $1) }, settings)
      _ = try finish(mixed)
      return try Self.paintings.map {
        try optimization(in: [$0], from: .image(mixed.picture), settings).losses.style
      }
    }
    let (first, even, second) = (try styles([9, 1]), try styles([1, 1]), try styles([1, 9]))
    #expect(first[0] < even[0] && even[0] < second[0])
    #expect(first[1] > even[1] && even[1] > second[1])
  }

  @Test func `what cannot be optimised is refused`() throws {
    let tiny = Self.photo.resized(width: 40, height: 31)
    func expect(
      _ text: String, of photo: Image = Self.photo,
      in paintings: [ImageOptimization.WeightedPainting] = Self.paintings,
      _ change: (inout OptimizationSettings) -> Void = { _ in }
    ) {
      var settings = OptimizationSettings()
      change(&settings)
      let error = #expect(throws: TrainingError.self) {
        try optimization(of: photo, in: paintings, settings)
      }
      #expect(error?.description == text)
    }
    expect("the photo has 40×31 pixels, and 32×32 is the least; use a larger one", of: tiny)
    expect(
      "painting 2 has 40×31 pixels, and 32×32 is the least; use a larger one",
      in: [Self.paintings[0], .init(tiny)])
    expect("no painting to take the style from; name one", in: [])
    expect(
      "painting weight 0.0: more than zero is expected", in: [.init(Self.photo, weight: 0)])
    expect("iterations 0: 1 to 100000 is expected") { $0.iterations = 0 }
    expect("scales 0: 1 to 8 is expected") { $0.scales = 0 }
    expect(
      "scales 2: 1 to 1, so that the first has 32×32 pixels or more, is expected"
    ) { $0.scales = 2 }
    expect("style scale 9.0: 0.25 to 8 is expected") { $0.styleScale = 9 }
    expect("learning rate 0.0: more than zero is expected") { $0.learningRate = 0 }
    expect("style weight -1.0: zero or more is expected") { $0.terms.styleWeight = -1 }
    expect(
      "the losses of the picture to begin with are not finite; try smaller weights"
    ) {
      $0.terms.formula = .gatys
      $0.terms.styleWeight = .greatestFiniteMagnitude
    }
  }
}
