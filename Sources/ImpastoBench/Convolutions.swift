import ImpastoCompute
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// One convolution in one precision.
struct ConvolutionRow: Report.Row {
  let use, shape, pass, precision, implementation: String
  let count: Int
  /// The distance from the reference as a share of the reference's norm.
  let error: Double
  let timing: Timing
  /// Of the direct convolution, whichever way it is computed: ways that multiply less often can
  /// exceed the ceiling.
  let directGflop, directGflopPerSecond: Double
  /// The share of the ceiling of this type; nil where none is known.
  let ceilingShare: Double?

  static let header =
    ["shape", "pass", "type", "implementation", "uses", "error"] + Timing.header
    + ["direct GFLOP", "direct GFLOP/s", "of ceiling"]
  static let nameColumns = 4

  var columns: [String] {
    [shape, pass, precision, implementation, "\(count)", error.shortText] + timing.columns
      + [directGflop.text(2), directGflopPerSecond.text(0), ceilingShare.percent]
  }
}

extension Workbench {
  /// Measures every convolution that stylising and training do.
  func measureConvolutions(_ report: inout Report) throws {
    let recorder = ShapeRecorder(threads: backend.threads)
    for size in usualSizes {
      for shape in subject.model.network.architecture.convolutions(width: size, height: size) {
        recorder.note(.forward(hasBias: false, isRectified: false), shape)
      }
      let use = "stylize \(size)×\(size)"
      report.add(
        try rows(of: recorder.take(), use: use, &report), to: \.convolutions,
        title: "Convolutions: \(use)")
    }
    guard let lossNetwork = try lossNetwork(&report) else { return }
    let trainer = try subject.trainer(lossNetwork, on: recorder, .float32, Self.trainingSettings)
    let batch = subject.batch(Self.trainingSettings)
    _ = recorder.take()  // What preparing the style asked for.
    _ = try trainer.step(batch)
    let use = "train, batch of \(batch.photos.count)"
    report.add(
      try rows(of: recorder.take(), use: use, &report), to: \.convolutions,
      title: "Convolutions: \(use)")
  }

  private func rows(
    of record: ShapeRecorder.Record, use: String, _ report: inout Report
  ) throws -> [ConvolutionRow] {
    var rows: [ConvolutionRow] = []
    let reference = OpenBLASBackend(threads: backend.threads)
    for convolution in record.convolutions {
      let trial = ConvolutionTrial(convolution, on: self)
      var sound: [(type: ScalarType, error: Double, run: () -> Tensor)] = []
      for type in precisions {
        let run = trial.computation(on: backend, type)
        let error = trial.error(of: run(), reference: reference)
        // In bf16 both operands and the result are rounded, each by 0.0017 of its norm; where tiles
        // are evaluated at points, rounding the values there weighs five times as much.
        if error <= (type == .float32 ? 1e-5 : 1.5e-2) {
          sound.append((type, error, run))
        } else {
          report.refuse(
            "\(convolution) in \(type.rawValue) is off by \(error.shortText) of its norm")
        }
      }
      let timings = try Timing.interleaved(sound.map { trial in { _ = trial.run() } }, runs: runs)
      let operations = Double(convolution.shape.operationCount)
      rows += zip(sound, timings).map { trial, timing in
        let rate = operations / timing.median
        return ConvolutionRow(
          use: use, shape: convolution.shapeText, pass: convolution.pass.text,
          precision: trial.type.rawValue,
          implementation: convolution.pass.isForward
            ? backend.implementation(of: convolution.shape, trial.type) : "",
          count: record.uses[convolution] ?? 0, error: trial.error, timing: timing,
          directGflop: operations / 1e9, directGflopPerSecond: rate / 1e9,
          ceilingShare: ceilings.arithmetic[trial.type].map { rate / $0.allThreads })
      }
    }
    return rows
  }
}

extension ShapeRecorder.Convolution: CustomStringConvertible {
  var description: String { "\(pass.text) of \(shapeText)" }

  /// Such as `4×258×258×32 → 64, 3×3 by 2`.
  fileprivate var shapeText: String {
    let input = shape.input.dimensions.map(String.init).joined(separator: "×")
    return "\(input) → \(shape.filter[0]), \(shape.filter[1])×\(shape.filter[2])"
      + (shape.step.stride > 1 ? " by \(shape.step.stride)" : "")
      + (shape.step.zeroPadding > 0 ? ", zeros" : "")
  }
}

extension ShapeRecorder.Convolution.Pass {
  var isRectified: Bool { if case .forward(_, true) = self { true } else { false } }

  fileprivate var isForward: Bool { if case .forward = self { true } else { false } }

  fileprivate var text: String {
    switch self {
    case .forward(_, false): "forward"
    case .forward(_, true): "forward, rectified"
    case .inputGradient: "input gradient"
    case .filterGradient: "filter gradient"
    }
  }
}

extension TransformArchitecture {
  /// The convolution of each layer of a photo of `width` by `height` pixels; stylizing computes them
  /// in bands of rows.
  fileprivate func convolutions(width: Int, height: Int) -> [ConvolutionShape] {
    let photo: Shape = [1, height, width, 3]
    return zip(layers, [photo] + shapes(width: width, height: height)).map { layer, input in
      let outputs = layer.magnification * layer.magnification * layer.outputs
      return ConvolutionShape(
        input: layer.frame.shape(around: input),
        filter: [outputs, layer.mergedKernel, layer.mergedKernel, layer.inputs],
        step: ConvolutionStep(stride: layer.stride))
    }
  }
}
