import ImpastoCompute
import ImpastoTensors
import Testing

/// Operands that do not fit stop the program before C reads or writes beyond their ends.
struct RefusedOperandsTests {
  /// A call with operands that do not fit.
  struct Mistake: Sendable {
    let name: String
    let call: @Sendable () -> Void

    init(_ name: String, _ call: @escaping @Sendable () -> Void) {
      (self.name, self.call) = (name, call)
    }
  }

  private static let kernels = OpenBLASBackend(threads: ThreadBudget(count: 1)).kernels
  private static let image = Tensor(zeros: [1, 4, 4, 2])
  private static let half = Tensor(zeros: [1, 4, 4, 2], .bfloat16)
  private static let affine = ChannelAffine(scale: [1, 1], shift: [0, 0])
  private static let filter = ConvolutionFilter(Tensor(zeros: [3, 3, 3, 2]))

  /// Every mistake with the loops around convolutions.
  private static let loops = [
    Mistake("bf16 made of f32") {
      _ = kernels.apply(affine, to: image, outputType: .bfloat16)
    },
    Mistake("too few scales") {
      _ = kernels.apply(ChannelAffine(scale: [1], shift: [0, 0]), to: image)
    },
    Mistake("too few shifts") {
      _ = kernels.apply(ChannelAffine(scale: [1, 1], shift: [0]), to: image)
    },
    Mistake("a residual of another type") {
      _ = kernels.apply(affine, to: image, residual: half)
    },
    Mistake("a residual without its border") {
      _ = kernels.apply(affine, to: image, residual: image, residualPadding: 1)
    },
    Mistake("weights in bf16") {
      _ = kernels.apply(affine, weights: Tensor(zeros: [1, 4, 4, 1], .bfloat16), to: image)
    },
    Mistake("weights smaller than the image") {
      _ = kernels.apply(affine, weights: Tensor(zeros: [1, 3, 4, 1]), to: image)
    },
    Mistake("a border wider than its image") {
      _ = kernels.apply(affine, to: image, frame: Frame(padding: 4))
    },
    Mistake("a band of another type") {
      var band = half
      kernels.apply(
        affine, to: image, activation: .linear, residual: nil, frame: Frame(), into: &band, row: 0)
    },
    Mistake("rows below the end of a band") {
      var band = image
      kernels.apply(
        affine, to: image, activation: .linear, residual: nil, frame: Frame(), into: &band, row: 1)
    },
    Mistake("a bf16 gradient of f32") {
      _ = kernels.applyGradient(
        half, affine: affine, input: image, activation: .linear, frame: Frame())
    },
    Mistake("a gradient of another shape") {
      _ = kernels.applyGradient(
        Tensor(zeros: [1, 4, 5, 2]), affine: affine, input: image, activation: .linear,
        frame: Frame())
    },
    Mistake("too few factors to combine") {
      var gradient = image
      kernels.combine(&gradient, a: [1, 1], input: image, b: [1], c: [1, 1])
    },
    Mistake("statistics of a matrix") {
      _ = kernels.channelStatistics(Tensor(zeros: [4, 4]))
    },
    Mistake("a sum of different types") {
      var sum = image
      kernels.add(half, to: &sum)
    },
    Mistake("a factor for a bf16 tensor") {
      var tensor = half
      kernels.scale(&tensor, by: 2)
    },
    Mistake("a rectified gradient of another shape") {
      var gradient = image
      kernels.rectifyGradient(&gradient, output: Tensor(zeros: [1, 4, 4, 3]))
    },
    Mistake("differences of different types") { _ = kernels.squaredDifference(image, half) },
    Mistake("too few factors of differences") {
      _ = kernels.scaledDifference(image, image, factors: [])
    },
    Mistake("too few scales of reversed channels") {
      _ = kernels.reverseChannels(
        image, affine: ChannelAffine(scale: [1], shift: [0, 0]), outputType: .float32)
    },
    Mistake("the logit of bf16") { _ = kernels.logit(half, margin: 0.1) },
    Mistake("levels of bf16") { _ = kernels.levels(half) },
    Mistake("too few levels") {
      _ = kernels.tensor(
        fromLevels: [1, 2], shape: [1, 1, 1, 3], center: 0, scale: 1, type: .float32)
    },
    Mistake("pooling one row") { _ = kernels.maxPool(Tensor(zeros: [1, 1, 4, 2])) },
    Mistake("a gradient of pooling of another shape") {
      _ = kernels.maxPoolGradient(image, input: image)
    },
    Mistake("a gradient of pooling of another type") {
      _ = kernels.maxPoolGradient(Tensor(zeros: [1, 2, 2, 2], .bfloat16), input: image)
    },
    Mistake("a gradient of averages of another shape") {
      _ = kernels.averagePoolGradient(image, inputShape: image.shape)
    },
    Mistake("groups of three channels") { _ = kernels.interleave(Tensor(zeros: [1, 2, 2, 3])) },
    Mistake("groups of one row") { _ = kernels.interleave(Tensor(zeros: [1, 1, 2, 4])) },
    Mistake("a gradient of groups with odd extents") {
      _ = kernels.interleaveGradient(Tensor(zeros: [1, 3, 4, 1]))
    },
    Mistake("an interior as large as the whole") {
      var padded = image
      kernels.addToInterior(of: &padded, image, padding: 1)
    },
    Mistake("total variation of bf16") { _ = kernels.totalVariation(half) },
    Mistake("too few factors of total variation") {
      _ = kernels.totalVariationGradient(image, factors: [])
    },
    Mistake("a dot product of bf16") { _ = kernels.dot(half, half) },
    Mistake("a multiple added to bf16") {
      var sum = half
      kernels.add(half, times: 2, to: &sum)
    },
    Mistake("bf16 clamped") {
      var tensor = half
      kernels.clamp(&tensor)
    },
    Mistake("a projected gradient in bf16") {
      var gradient = half
      kernels.projectGradient(&gradient, at: half)
    },
    Mistake("a restricted direction of another shape") {
      var direction = image
      kernels.restrictDirection(
        &direction, at: image, gradient: Tensor(zeros: [1, 4, 4, 1]))
    },
    Mistake("Adam in bf16") {
      var (parameters, first, second) = (half, half, half)
      kernels.adam(
        &parameters, firstMoments: &first, secondMoments: &second, gradients: half,
        step: .init(number: 1, learningRate: 1))
    },
    Mistake("moments of another shape") {
      var (parameters, first, second) = (image, Tensor(zeros: [2]), image)
      kernels.adam(
        &parameters, firstMoments: &first, secondMoments: &second, gradients: image,
        step: .init(number: 1, learningRate: 1))
    },
    Mistake("Muon in bf16") {
      var momentum = half
      _ = kernels.muonDirection(momentum: &momentum, gradient: half, decay: 0.5)
    },
    Mistake("a step of another shape") {
      var parameters = image
      kernels.muonStep(&parameters, along: Tensor(zeros: [1, 4, 4]), rate: 1)
    },
    Mistake("statistics of no parts") { _ = ChannelStatistics(merging: []) },
    Mistake("statistics with too few scales") {
      _ = kernels.channelStatistics(image).affine(scale: [1], shift: [0, 0])
    },
  ]

  /// Every mistake with what a backend computes, for each of them.
  private static let arithmetic = backends.flatMap { backend in
    let name = backend.name
    let gradient = Tensor(zeros: [1, 2, 2, 3])
    let step = ConvolutionStep()
    @Sendable func convolve(_ input: Tensor, bias: Tensor? = nil) {
      _ = backend.convolve(input, with: filter, bias: bias, rectified: false, step: step)
    }
    return [
      Mistake("\(name): other channels than the filter's") {
        convolve(Tensor(zeros: [1, 4, 4, 3]))
      },
      Mistake("\(name): an image smaller than the filter") {
        convolve(Tensor(zeros: [1, 2, 4, 2]))
      },
      Mistake("\(name): a bias of too few outputs") {
        convolve(image, bias: Tensor(zeros: [2]))
      },
      Mistake("\(name): a bias in bf16") {
        convolve(image, bias: Tensor(zeros: [3], .bfloat16))
      },
      Mistake("\(name): a gradient of another shape") {
        _ = backend.convolutionInputGradient(
          image, filter: filter, inputShape: image.shape, step: step)
      },
      Mistake("\(name): a gradient of another type than the input") {
        _ = backend.convolutionFilterGradient(
          gradient, input: half, filterShape: filter.shape, step: step)
      },
      Mistake("\(name): a filter's gradient of another shape") {
        _ = backend.convolutionFilterGradient(
          gradient, input: image, filterShape: [4, 3, 3, 2], step: step)
      },
      Mistake("\(name): a product of different types") {
        _ = backend.multiply(
          Tensor(zeros: [1, 2, 2]), transposed: false, Tensor(zeros: [1, 2, 2], .bfloat16),
          resultType: .float32)
      },
      Mistake("\(name): a product of other extents") {
        _ = backend.multiply(
          Tensor(zeros: [1, 2, 3]), transposed: false, Tensor(zeros: [1, 2, 2]),
          resultType: .float32)
      },
      Mistake("\(name): a bf16 product of f32") {
        _ = backend.multiply(
          Tensor(zeros: [1, 2, 2]), transposed: false, Tensor(zeros: [1, 2, 2]),
          resultType: .bfloat16)
      },
    ]
  }

  private static let mistakes =
    loops + arithmetic + [
      Mistake("a filter in bf16") {
        _ = ConvolutionFilter(Tensor(zeros: [1, 3, 3, 1], .bfloat16))
      },
      Mistake("a filter with three axes") { _ = ConvolutionFilter(Tensor(zeros: [3, 3, 1])) },
      Mistake("a merged filter of 2×2") {
        _ = FilterMerging.doubling(.nearest).merged(Tensor(zeros: [1, 2, 2, 1]))
      },
    ]

  @Test(arguments: mistakes.indices)
  func `operands that do not fit stop the program`(number: Int) async {
    await #expect(processExitsWith: .failure, "\(Self.mistakes[number].name)") { [number] in
      Self.mistakes[number].call()
    }
  }

  /// What is around the mistakes fits: no test of them fails for another reason.
  @Test func `the same operands without the mistake are computed`() {
    let (kernels, affine) = (Self.kernels, Self.affine)
    #expect(kernels.apply(affine, to: Self.image).shape == [1, 4, 4, 2])
    #expect(kernels.apply(affine, to: Self.half, outputType: .float32).scalarType == .float32)
    for backend in backends {
      let output = backend.convolve(
        Self.image, with: Self.filter, bias: Tensor(zeros: [3]), rectified: false,
        step: ConvolutionStep())
      #expect(output.shape == [1, 2, 2, 3])
    }
  }
}
