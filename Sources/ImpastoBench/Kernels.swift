import ImpastoCompute
import ImpastoTensors

/// One fused loop, or product, in one precision.
struct KernelRow: Report.Row {
  let use, kernel, shape, precision: String
  /// The distance from the formula as a share of its norm.
  let error: Double
  let timing: Timing
  /// Billions of bytes moved or of operations, and how many of them in a second.
  let amount, rate: Double
  let unit: Ceiling.Unit
  /// The share of the ceiling that it works against; nil where none is known.
  let ceilingShare: Double?

  static let header =
    ["kernel", "shape", "type", "error"] + Timing.header + ["work", "rate", "of ceiling"]
  static let nameColumns = 3

  var columns: [String] {
    [kernel, shape, precision, error.shortText] + timing.columns
      + [
        "\(amount.text(3)) \(unit.rawValue.dropLast(2))", "\(rate.text(1)) \(unit.rawValue)",
        ceilingShare.percent,
      ]
  }
}

extension Workbench {
  /// Measures the loops around the convolutions, at the largest of the sizes.
  func measureKernels(_ report: inout Report) throws {
    let operands = precisions.map { KernelOperands(self, $0) }
    for (use, trials) in [
      ("stylize", KernelTrial.stylizing), ("train", KernelTrial.networkGradients),
      ("losses", KernelTrial.losses),
    ] {
      var names: [String] = []
      var types: [String: [(ScalarType, KernelTrial)]] = [:]
      for operands in operands {
        for trial in trials(operands) {
          if types[trial.name] == nil { names.append(trial.name) }
          types[trial.name, default: []].append((operands.type, trial))
        }
      }
      let rows = try names.flatMap { try self.rows(of: types[$0] ?? [], use: use, &report) }
      report.add(rows, to: \.kernels, title: "Kernels: \(use)")
    }
  }

  /// Checks and times one kernel in each type.
  private func rows(
    of trials: [(ScalarType, KernelTrial)], use: String, _ report: inout Report
  ) throws -> [KernelRow] {
    var sound: [(type: ScalarType, trial: KernelTrial, error: Double)] = []
    for (type, trial) in trials {
      let error = trial.error(of: trial.run())
      // In bf16 the result is rounded, by 0.0017 of its norm.
      if error <= (type == .float32 ? 5e-5 : 5e-3) {
        sound.append((type, trial, error))
      } else {
        report.refuse(
          "\(trial.name) of \(trial.shape) in \(type.rawValue) is off by \(error.shortText) of its norm"
        )
      }
    }
    let timings = try Timing.interleaved(
      sound.map { checked in { _ = checked.trial.run() } }, runs: runs)
    return zip(sound, timings).map { checked, timing in
      let (ceiling, amount) = ceiling(of: checked.trial.work, checked.type)
      let rate = Double(amount) / timing.median
      return KernelRow(
        use: use, kernel: checked.trial.name,
        shape: checked.trial.shape.dimensions.map(String.init).joined(separator: "×"),
        precision: checked.type.rawValue, error: checked.error, timing: timing,
        amount: Double(amount) / 1e9, rate: rate / 1e9, unit: ceiling?.unit ?? .operations,
        ceilingShare: ceiling.map { rate / $0.allThreads })
    }
  }

  private func ceiling(of work: KernelTrial.Work, _ type: ScalarType) -> (Ceiling?, amount: Int) {
    switch work {
    case .reading(let bytes): (ceilings.reading, bytes)
    case .copying(let bytes): (ceilings.copying, bytes)
    case .multiplying(let operations): (ceilings.arithmetic[type], operations)
    }
  }
}
