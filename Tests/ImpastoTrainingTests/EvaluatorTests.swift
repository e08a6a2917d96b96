import ImpastoCompute
import ImpastoImaging
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

/// Figures that have to mean the same for ever.
struct EvaluatorTests {
  private func evaluator(
    _ backend: any ComputeBackend = OneDNNBackend(), photoSize: Int = 48, styleSize: Int = 32
  ) throws -> Evaluator {
    Evaluator(
      lossNetwork: try FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32,
      photoSize: photoSize, styleSize: styleSize)
  }

  @Test(arguments: ["onednn", "openblas"])
  func `content and style losses are those of PyTorch`(_ name: String) throws {
    struct Settings: Decodable {}
    let reference = try ReferenceFile<Settings>("evaluation", in: .module)["evaluation"]
    let backend: any ComputeBackend = name == "onednn" ? OneDNNBackend() : OpenBLASBackend()
    let evaluator = try evaluator(backend)
    let targets = Self.images(try reference["paintings"]).map(evaluator.target)
    let photo = try #require(Self.images(try reference["photo"]).first)
    let losses = evaluator.losses(
      of: Self.images(try reference["pictures"]), photo: photo, targets: targets)
    let (content, style) = (try reference["content"].scalars, try reference["style"].scalars)
    #expect(losses.count == 2 && content[0] != content[1] && style[0] != style[1])
    for (index, loss) in losses.enumerated() {
      #expect(abs(loss.content - content[index]) <= 1e-4 * content[index])
      #expect(abs(loss.style - style[index]) <= 1e-4 * style[index])
      #expect(loss.total == loss.content + 20 * loss.style)
    }
  }

  @Test func `a picture that is the photo has no content loss, and the painting no style loss`()
    throws
  {
    let evaluator = try evaluator()
    let (photo, painting) = (Self.noise(1, side: 32), Self.noise(2, side: 32))
    let losses = evaluator.losses(
      of: [photo, painting], photo: photo,
      targets: [evaluator.target(of: painting), evaluator.target(of: painting)])
    #expect(losses[0].content == 0 && losses[0].style > 0)
    #expect(losses[1].content > 0 && losses[1].style == 0)
  }

  @Test func `losses do not depend on what else is measured with a picture`() throws {
    let evaluator = try evaluator()
    let photo = Self.noise(1, side: 40)
    let pictures = (2..<8).map { Self.noise($0, side: 40) }
    let targets = (10..<16).map { evaluator.target(of: Self.noise($0, side: 33)) }
    let together = evaluator.losses(of: pictures, photo: photo, targets: targets)
    for index in pictures.indices {
      let alone = evaluator.losses(of: [pictures[index]], photo: photo, targets: [targets[index]])
      #expect(abs(alone[0].total - together[index].total) <= 1e-5 * together[index].total)
    }
  }

  @Test func `an optimisation begins at the photo's own loss and ends at its picture's`() throws {
    let evaluator = try evaluator()
    let (photo, painting) = (Self.noise(1, side: 40), Self.noise(2, side: 40))
    let target = evaluator.target(of: painting)
    let (descent, picture) = try #require(
      try evaluator.descent(
        on: photo, named: "a.png", towards: target, from: .photo, iterations: 4, goesOn: { true }))
    #expect(descent.photo == "a.png" && descent.start == .photo && descent.totals.count == 5)
    #expect(zip(descent.totals, descent.totals.dropFirst()).allSatisfy { $0 > $1 })
    let ends = evaluator.losses(of: [photo, picture], photo: photo, targets: [target, target])
    #expect(abs(ends[0].total - descent.totals[0]) <= 1e-4 * descent.totals[0])
    // The picture is rounded to 8 bits.
    #expect(abs(ends[1].total - descent.totals[4]) <= 0.02 * descent.totals[4])
  }

  @Test func `the noise that an optimisation begins with is the same each time`() throws {
    let evaluator = try evaluator()
    let photo = Self.noise(1, side: 40)
    func totals(_ painting: Int) throws -> [Float] {
      let target = evaluator.target(of: Self.noise(painting, side: 40))
      return try #require(
        try evaluator.descent(
          on: photo, named: "", towards: target, from: .noise, iterations: 2, goesOn: { true }
        )
      ).descent.totals
    }
    #expect(try totals(2) == totals(2))
    #expect(try totals(2) != totals(3))
  }

  @Test func `an optimisation that is stopped has no result`() throws {
    let evaluator = try evaluator()
    let photo = Self.noise(1, side: 40)
    var asked = 0
    let result = try evaluator.descent(
      on: photo, named: "", towards: evaluator.target(of: photo), from: .noise, iterations: 5
    ) {
      asked += 1
      return asked < 3
    }
    #expect(result == nil && asked == 3)
  }

  @Test func `a photo is cut to the square in its middle and scaled`() throws {
    var pixels: [UInt8] = []
    for _ in 0..<50 {
      for x in 0..<90 { pixels += [UInt8((20..<70).contains(x) ? 200 : 0), 9, 9] }
    }
    let square = try evaluator().square(of: Image(width: 90, height: 50, pixels: pixels))
    #expect(square.width == 48 && square.height == 48)
    #expect(stride(from: 0, to: square.pixels.count, by: 3).allSatisfy { square.pixels[$0] == 200 })
    let small = Self.noise(3, side: 48)
    #expect(try evaluator().square(of: small) == small)
  }

  @Test func `means are taken term by term, and of nothing there is none`() throws {
    let mean = try #require(
      RelativeLosses.mean([
        RelativeLosses(content: 1, style: 0.5), RelativeLosses(content: 3, style: 0.25),
      ]))
    #expect(mean == RelativeLosses(content: 2, style: 0.375) && mean.total == 9.5)
    #expect(RelativeLosses.mean([]) == nil)
  }

  private static func noise(_ seed: Int, side: Int) -> Image {
    var random = RandomSource(seed: UInt64(seed), path: [])
    return Image(
      width: side, height: side,
      pixels: (0..<side * side * 3).map { _ in UInt8(random.next() >> 56) })
  }

  private static func images(_ tensor: Tensor) -> [Image] {
    let (width, height) = (tensor.shape.width, tensor.shape.height)
    let levels = tensor.scalars.map { UInt8($0) }
    return (0..<tensor.shape.batch).map { image in
      let size = width * height * 3
      return Image(
        width: width, height: height, pixels: Array(levels[image * size..<(image + 1) * size]))
    }
  }
}
