import ImpastoCompute
import ImpastoTensors
import Testing

struct BackendTests {
  @Test func `both backends compute in f32, and bf16 is for processors that have it`() {
    #expect(backends.map(\.name) == ["onednn", "openblas"])
    #expect(backends.allSatisfy { $0.supports(.float32) })
    #expect(OneDNNBackend().supports(.bfloat16) == OneDNNBackend.hasBFloat16Arithmetic)
    #expect(!OpenBLASBackend().supports(.bfloat16))
  }

  @Test(
    .enabled(
      if: OneDNNBackend.hasBFloat16Arithmetic,
      "this processor does not compute in bf16: the bf16 cases of these tests are left out"))
  func `the bf16 cases of these tests are computed`() {
    #expect(backends.contains { $0.supports(.bfloat16) })
  }

  @Test func `OpenBLAS refuses bf16`() async {
    await #expect(processExitsWith: .failure) {
      _ = OpenBLASBackend(threads: ThreadBudget(count: 1)).convolve(
        Tensor(zeros: [1, 3, 3, 1], .bfloat16),
        with: ConvolutionFilter(Tensor(zeros: [1, 3, 3, 1])), bias: nil, rectified: false,
        step: ConvolutionStep())
    }
  }

  @Test func `a backend uses the threads it is given, by default all there are`() {
    #expect(ThreadBudget.available.count >= 1)
    #expect(backends.allSatisfy { $0.threads == .available })
    let three = ThreadBudget(count: 3)
    #expect(OneDNNBackend(threads: three).threads == three)
    #expect(OpenBLASBackend(threads: three).threads.count == 3)
  }

  @Test func `no threads at all stop the program`() async {
    await #expect(processExitsWith: .failure) { _ = ThreadBudget(count: 0) }
  }

  /// Holds on every set of instructions.
  @Test func `the fused loops give the same bits on any number of threads`() {
    let single = OneDNNBackend(threads: ThreadBudget(count: 1)).kernels
    let several = OneDNNBackend(threads: ThreadBudget(count: 3)).kernels
    let image = Tensor.sixteenths([2, 70, 65, 3], seed: 1)
    let other = Tensor.sixteenths(image.shape, seed: 2)
    let affine = ChannelAffine(
      scale: [1, 0.3, 2, 1.7, -1, 0.1], shift: [0.1, 0.2, 0, -0.3, 1, 2])
    let frame = Frame(padding: 2)
    let arriving = Tensor.sixteenths(frame.shape(around: image.shape), seed: 3)

    func results(_ kernels: TensorKernels) -> [[Double]] {
      let statistics = kernels.channelStatistics(image)
      let gradient = kernels.applyGradient(
        arriving, affine: affine, input: image, activation: .sigmoid, frame: frame)
      return [
        statistics.mean.map(Double.init), statistics.variance.map(Double.init),
        gradient.gradient.doubles, gradient.sums.map(Double.init),
        gradient.inputProducts.map(Double.init), kernels.squaredDifference(image, other),
        kernels.totalVariation(image),
        kernels.apply(affine, to: image, activation: .sigmoid, frame: frame).doubles,
      ]
    }
    #expect(results(single) == results(several))
  }
}
