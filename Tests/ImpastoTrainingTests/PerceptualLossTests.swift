import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

@Suite struct PerceptualLossTests {
  private struct Settings: Decodable, Sendable {
    let formula: PerceptualTerms.Formula
    let pooling: VGG19.Pooling
    let padding: VGG19.Padding
    let contentTaps, styleTaps: [String: Float]
    let weights: [Float]

    private enum CodingKeys: String, CodingKey {
      case formula, pooling, padding, weights
      case contentTaps = "content_taps"
      case styleTaps = "style_taps"
    }

    /// In the order of the generator, which is that of the network.
    func terms() throws -> PerceptualTerms {
      func taps(_ weights: [String: Float]) throws -> [PerceptualTerms.WeightedTap] {
        try weights.sorted { $0.key < $1.key }.map {
          .init(try #require(VGG19.Tap(named: $0.key)), weight: $0.value)
        }
      }
      return PerceptualTerms(
        contentTaps: try taps(contentTaps), styleTaps: try taps(styleTaps), pooling: pooling,
        padding: padding, formula: formula, contentWeight: weights[0], styleWeight: weights[1],
        totalVariationWeight: weights[2])
    }
  }

  @Test(
    arguments: ["relative", "weighted taps", "average pooling", "gatys"], ["onednn", "openblas"])
  func `losses and the gradient of the picture are those of PyTorch`(
    _ name: String, _ backendName: String
  ) throws {
    let reference = try ReferenceFile<Settings>("perceptual-terms", in: .module)[name]
    let backend: any ComputeBackend =
      backendName == "onednn" ? OneDNNBackend() : OpenBLASBackend()
    let loss = PerceptualLoss(
      network: try FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32,
      terms: try reference.settings.terms())
    let tape = Tape(backend: backend, isRecording: true)
    let picture = tape.parameter(Self.pixels(try reference["picture"]))
    let painting = try reference["painting"]
    let target = loss.target(
      of: Image(
        width: painting.shape.width, height: painting.shape.height,
        pixels: painting.scalars.map { UInt8($0) }))
    let content = loss.contentTarget(of: Self.pixels(try reference["photo"]))
    let losses = loss.losses(of: picture, content: content, targets: [target])

    let found = Tensor(
      losses.total.value.scalars + losses.content + losses.style[0],
      shape: [2 + losses.style[0].count])
    let expected = try ["total", "content", "layers"].flatMap { try reference[$0].scalars }
    for (found, expected) in zip(found.scalars, expected) {
      #expect(abs(found - expected) <= 2e-4 * expected, "\(name)")
    }
    tape.differentiate(losses.total)
    expectAgreement(
      picture.gradient, try reference["gradient"], within: 2e-3, "the gradient: \(name)")
  }

  private static func pixels(_ levels: Tensor) -> Tensor {
    Tensor(levels.scalars.map { $0 / 255 }, shape: levels.shape)
  }

  // MARK: Several paintings

  private func loss(_ formula: PerceptualTerms.Formula = .relative) throws -> PerceptualLoss {
    PerceptualLoss(
      network: try FormulaLossNetwork.shared.get(), backend: OneDNNBackend(),
      scalarType: .float32, terms: PerceptualTerms(formula: formula))
  }

  /// Holds on every set of instructions.
  @Test func `one painting is its own blend, bit for bit, whatever its weight`() throws {
    let loss = try loss()
    let target = loss.target(of: SmallRun.styles[0].painting)
    let blend = loss.blend(of: [(target, weight: 0.3)])
    #expect(blend.grams.map(\.scalars) == target.grams.map(\.scalars))
    #expect(blend.factors == target.factors)
  }

  @Test func `a blend of Gram matrices is their mean by weight`() throws {
    let loss = try loss(.gatys)
    let targets = SmallRun.styles.map { loss.target(of: $0.painting) }
    let blend = loss.blend(of: [(targets[0], weight: 3), (targets[1], weight: 1)])
    for (layer, gram) in blend.grams.enumerated() {
      let parts = targets.map(\.grams[layer].scalars)
      let mean = zip(parts[0], parts[1]).map { 0.75 * $0 + 0.25 * $1 }
      expectAgreement(gram, Tensor(mean, shape: gram.shape), within: 1e-6, "layer \(layer)")
    }
    #expect(blend.factors == targets[0].factors)
  }

  @Test func `a quiet painting counts as much as a loud one`() throws {
    let loss = try loss()
    let loud = SmallRun.styles[1].painting
    // Other shapes on a sixteenth of the range.
    let quiet = Image(
      width: loud.width, height: loud.height,
      pixels: SmallRun.styles[0].painting
        .resized(width: loud.width, height: loud.height).pixels.map { 120 + $0 / 16 })
    let targets = [loud, quiet].map(loss.target)
    let blend = loss.blend(of: targets.map { ($0, weight: 1) })
    for layer in blend.grams.indices {
      // The cosine between the blend and each part is the same.
      let cosines = targets.map { target in
        let (a, b) = (blend.grams[layer], target.grams[layer])
        let kernels = loss.backend.kernels
        return kernels.dot(a, b) / (kernels.dot(a, a) * kernels.dot(b, b)).squareRoot()
      }
      #expect(abs(cosines[0] - cosines[1]) < 1e-5)
    }
  }

  @Test func `terms that cannot be compared by are refused`() {
    let tap = PerceptualTerms.WeightedTap(VGG19.Tap(4, 2))
    for (terms, text) in [
      (PerceptualTerms(contentTaps: []), "content taps none: one tap or more is expected"),
      (PerceptualTerms(styleTaps: []), "style taps none: one tap or more is expected"),
      (
        PerceptualTerms(styleTaps: [tap, .init(tap.tap, weight: 2)]),
        "style taps relu4_2: each tap once is expected"
      ),
      (
        PerceptualTerms(contentTaps: [.init(tap.tap, weight: 0)]),
        "content taps relu4_2:0.0: a weight of more than zero is expected"
      ),
      (
        PerceptualTerms(styleTaps: [.init(tap.tap, weight: .infinity)]),
        "style taps relu4_2:inf: a weight of more than zero is expected"
      ),
      (PerceptualTerms(contentWeight: -1), "content weight -1.0: zero or more is expected"),
      (PerceptualTerms(styleWeight: .nan), "style weight nan: zero or more is expected"),
      (
        PerceptualTerms(totalVariationWeight: .infinity),
        "total variation weight inf: zero or more is expected"
      ),
    ] {
      let error = #expect(throws: TrainingError.self) { try terms.check() }
      #expect(error?.description == text)
    }
  }
}
