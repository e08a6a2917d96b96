public import ImpastoCompute
public import ImpastoTensors

/// The settings of the arithmetic: backend, type of activations and threads.
public struct ComputeSettings: Sendable, Equatable {
  /// The implementations of the arithmetic.
  public enum Backend: String, CaseIterable, Codable, Sendable {
    case onednn, openblas
  }

  /// The type of activations; `auto` is bf16 on processors that support it.
  public enum Precision: String, CaseIterable, Codable, Sendable {
    case auto, f32, bf16
  }

  /// The backend; nil for oneDNN.
  public var backend: Backend?
  /// The type of activations.
  public var precision: Precision
  /// The number of threads; nil for one per processor.
  public var threads: Int?

  /// Creates settings.
  public init(backend: Backend? = nil, precision: Precision = .auto, threads: Int? = nil) {
    (self.backend, self.precision, self.threads) = (backend, precision, threads)
  }

  /// The chosen backend and the type of activations that it is to compute with.
  ///
  /// - Throws: ``SessionError/noBFloat16``.
  public func engine() throws(SessionError) -> (
    backend: any ComputeBackend, scalarType: ScalarType
  ) {
    let budget = threads.map(ThreadBudget.init(count:)) ?? .available
    let chosen: any ComputeBackend =
      switch backend ?? .onednn {
      case .onednn: OneDNNBackend(threads: budget)
      case .openblas: OpenBLASBackend(threads: budget)
      }
    let scalarType: ScalarType =
      switch precision {
      case .auto: chosen.supports(.bfloat16) ? .bfloat16 : .float32
      case .f32: .float32
      case .bf16: .bfloat16
      }
    guard chosen.supports(scalarType) else { throw .noBFloat16 }
    return (chosen, scalarType)
  }

  /// The same settings with as many threads for each of the `ranks` on this machine as it has
  /// processors for, unless a number is given.
  package func shared(by ranks: Int) -> ComputeSettings {
    guard threads == nil, ranks > 1 else { return self }
    var shared = self
    shared.threads = ThreadBudget.share(ofRanks: ranks).count
    return shared
  }

  /// The settings of the run that began with `begun`, which these have to agree with, since others
  /// give other bits.
  func resuming(_ begun: some BegunRun) throws(SessionError) -> ComputeSettings {
    try SessionError.checkAgreement("backend", backend, begun.backend)
    try SessionError.checkAgreement(
      "precision", precision == .auto ? nil : precision, begun.precision)
    try SessionError.checkAgreement("threads", threads, begun.threads)
    let processors = ThreadBudget.available.count
    guard begun.threads <= processors else {
      throw .tooManyThreads(begun.threads, processors: processors)
    }
    return ComputeSettings(
      backend: begun.backend, precision: begun.precision, threads: begun.threads)
  }
}

extension SessionError {
  /// Refuses a `value` other than the one that the run to go on with began with.
  package static func checkAgreement<Value: Equatable>(
    _ setting: String, _ value: Value?, _ begun: Value
  ) throws(SessionError) {
    guard let value, value != begun else { return }
    throw .disagrees(setting: setting, value: "\(value)", begun: "\(begun)")
  }
}
