import Foundation
import ImpastoCluster
import ImpastoFiles
import ImpastoImaging
public import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
public import ImpastoTraining

/// The measuring of a network, photo after photo, with its baselines.
///
/// Measurements are saved once in a while, so that whatever ends a session little is lost.
public final class EvaluationSession {
  let plan: EvaluationPlan
  /// The photos to measure.
  public let dataset: ImageDataset
  /// The warnings about paintings and photos so far, as sentences that name the file.
  public private(set) var warnings: [String]
  /// The measurements so far; none on a rank but the first.
  public var evaluation: Evaluation { report.evaluation }
  /// Indicates whether all has been measured, by all ranks.
  public private(set) var isFinished = false
  private var report: EvaluationReport
  private let ranks: Communicator

  let subjects: [Subject]
  let network: Stylizer
  let other: Stylizer?
  let evaluator: Evaluator
  /// The photos that are shown, and optimised, painted large and moved where that is asked for.
  let shownPhotos: [ShownPhoto]
  /// The one that was painted large last.
  var largePhoto: LargePhoto?

  /// A style to measure.
  struct Subject {
    let name: String
    let target: Evaluator.Target
  }

  /// Reads all that `plan` names, so that every mistake shows before the first photo.
  ///
  /// - Parameter lossNetwork: Nil for the one in its usual place.
  /// - Throws: ``SessionError``, or the error of a module below.
  public convenience init(_ plan: EvaluationPlan, lossNetwork: VGG19? = nil) throws {
    try self.init(plan, lossNetwork: lossNetwork, meeting: nil)
  }

  /// The same for one of the ranks that share the work, all of which prepare it at the same time.
  ///
  /// - Parameter meeting: Nil where this process measures alone.
  package init(_ plan: EvaluationPlan, lossNetwork: VGG19? = nil, meeting: RankMeeting?) throws {
    self.plan = plan
    ranks = meeting?.ranks ?? .alone
    try plan.check()
    if ranks.isFirst {
      if let output = plan.output { try Folder.checkWritable(output) }
      if let report = plan.report { try Folder.checkWritable(report, setting: "report") }
    }
    let model = try StyleModel(contentsOf: plan.model)
    var remarks: [String] = []
    let (sources, unmeasured) = try Self.sources(of: plan, model: model) { remarks.append($0) }
    warnings = remarks
    let otherModel = try plan.other.map(StyleModel.init(contentsOf:))
    let all = try ImageDataset(folder: plan.content)
    dataset = all.thinned(to: min(plan.photos ?? all.count, all.count))

    let (backend, scalarType) = try plan.compute.shared(by: ranks.localSize).engine()
    let lossNetwork = try lossNetwork ?? VGG19()
    let evaluator = Evaluator(
      lossNetwork: lossNetwork, backend: backend, scalarType: scalarType,
      photoSize: plan.photoSize, styleSize: plan.styleSize)
    self.evaluator = evaluator
    shownPhotos = Self.shownPhotos(of: dataset, count: plan.shownPhotos, evaluator)
    network = Stylizer(model: model, backend: backend, scalarType: scalarType)
    other = otherModel.map { Stylizer(model: $0, backend: backend, scalarType: scalarType) }
    subjects = sources.map {
      Subject(name: $0.description.name, target: evaluator.target(of: $0.painting))
    }
    report = EvaluationReport(
      title: (plan.model as NSString).lastPathComponent,
      evaluation: Evaluation(
        model: plan.model, content: plan.content, photoSize: plan.photoSize,
        styleSize: plan.styleSize, precision: scalarType.rawValue,
        other: plan.other, iterations: plan.iterations, sizes: plan.sizes,
        movesPhotos: plan.movesPhotos,
        styles: subjects.map { StyleEvaluation(name: $0.name) },
        unmeasured: unmeasured, leftOut: dataset.omissions),
      galleries: try sources.map(Self.gallery))
    try meeting?.agree(
      on: Facts(plan, model, otherModel, sources, dataset, shownPhotos, lossNetwork, network))
  }

  /// The styles of `model` that the plan's folder has paintings of, and those that it has not.
  private static func sources(
    of plan: EvaluationPlan, model: StyleModel, onWarning: (String) -> Void
  ) throws -> ([StyleSource], unmeasured: [UnmeasuredStyle]) {
    let known = model.styles.map(\.name)
    let paintings = try StyleFolder(plan.styles)
    if let names = plan.styleNames {
      if let unknown = names.first(where: { !known.contains($0) }) {
        throw SessionError.unknownStyle(.unknownStyle(unknown, known: known))
      }
      return (try paintings.sources(named: names, onWarning: onWarning), [])
    }
    let painted = Set(paintings.styles.map(\.name))
    let measured = known.filter(painted.contains)
    guard !measured.isEmpty else {
      throw SessionError.nothingToEvaluate(model: plan.model, folder: plan.styles)
    }
    let unmeasured = known.filter { !painted.contains($0) }.map {
      UnmeasuredStyle(name: $0, reason: "\(plan.styles) holds no painting of it")
    }
    return (try paintings.sources(named: measured, onWarning: onWarning), unmeasured)
  }

  private static func gallery(of source: StyleSource) throws -> EvaluationReport.Gallery {
    let style = source.description
    let title = [style.title, style.artist, style.year].filter { !$0.isEmpty }
    return EvaluationReport.Gallery(
      style: style.name, title: title.joined(separator: ", "),
      painting: try picture("the painting", source.painting.scaled(longerSide: 256)))
  }

  static func picture(
    _ caption: String, _ image: Image
  ) throws -> EvaluationReport.Picture {
    .init(caption: caption, jpeg: try image.encoded(as: .jpeg, quality: 85))
  }
}

// MARK: - Measuring

extension EvaluationSession {
  /// Gets the work that is done, in parts of a `total`, and the title of what comes next.
  public typealias Progress = (_ done: Int, _ total: Int, _ title: String) -> Void

  /// Measures until all is done or `goesOn` says no, and writes the files asked for.
  ///
  /// Of a photo that is not measured as a whole nothing is kept. Without any photo measured, no file
  /// is written.
  ///
  /// - Parameters:
  ///   - goesOn: Asked from any thread, several times a second, whether to go on.
  ///   - progress: Called before each piece of work, and several times a second while other ranks do
  ///     theirs.
  ///   - begin: Called once, before the first piece.
  /// - Throws: `TrainingError.noReadablePhotos`; ``SessionError/inUse(_:by:action:setting:)``; the
  ///   error of a module below.
  public func run(
    while goesOn: @escaping @Sendable () -> Bool = { true }, _ progress: Progress = { _, _, _ in },
    begin: () -> Void = {}
  ) throws {
    var locks: [ProcessLock] = []
    defer { for lock in locks { lock.remove() } }
    var ledger: EvaluationLedger?
    let pieces = pieces
    if ranks.isFirst {
      for (file, setting) in [(plan.output, "output"), (plan.report, "report")] {
        if let file { locks.append(try Self.lock(file, setting)) }
      }
      ledger = EvaluationLedger(report, pieces, for: plan, work: work)
    }
    begin()
    let total = pieces.map(work).reduce(0, +)
    func show(_ done: Int, _ title: String) {
      progress((ledger?.workDone ?? 0) + done, total, title)
    }
    var fault: (any Error)?
    try ranks.share(ledger, whileWaiting: { show(0, "waiting for other ranks") }) { place in
      var outcome = EvaluationOutcome(place: place)
      guard goesOn() else { return outcome }
      do {
        outcome.measurement = try measure(pieces[place], while: goesOn, show)
      } catch StylizingError.stopped {
        // What of the photo at hand was measured is not kept.
      } catch {
        fault = error
        outcome.failure = .init(rank: ranks.rank, reason: error.localizedDescription)
      }
      return outcome
    }
    let concluded = Result { try conclude(ledger, fault) }
    isFinished = try ranks.gather(ledger != nil && report.evaluation.isFinished)[0]
    try concluded.get()
  }

  /// Takes over what all ranks have measured, and writes it.
  private func conclude(_ ledger: EvaluationLedger?, _ fault: (any Error)?) throws {
    guard let ledger else { return }
    if let fault { throw fault }
    if let failure = ledger.failure {
      throw SessionError.rankFailed(ranks.name(of: failure.rank), reason: failure.reason)
    }
    defer {
      report = ledger.report
      warnings += ledger.warnings
    }
    try ledger.conclude(dataset)
  }

  /// Keeps others from writing the same file.
  private static func lock(_ file: String, _ setting: String) throws -> ProcessLock {
    try ProcessLock(
      HiddenFile.base(for: file) + "-lock", of: file, action: "writing it", setting: setting)
  }

  /// All pieces of the evaluation, in order.
  private var pieces: [EvaluationPiece] {
    let styles = subjects.indices
    var pieces = styles.map { EvaluationPiece.greys(style: $0) }
    pieces += (0..<dataset.count).map { .photo($0) }
    if !plan.sizes.isEmpty || plan.movesPhotos {
      pieces += shownPhotos.indices.flatMap { shown in
        styles.map { .large(shown: shown, style: $0) }
      }
    }
    guard plan.iterations != nil else { return pieces }
    return pieces
      + shownPhotos.indices.flatMap { shown in
        styles.flatMap { style in
          Descent.Start.allCases.map { .descent(shown: shown, style: style, start: $0) }
        }
      }
  }

  /// The number of optimisations that there are to do.
  public var descentCount: Int {
    pieces.count { if case .descent = $0 { true } else { false } }
  }

  /// Gives the time that a piece takes, in iterations of L-BFGS on squares of 256².
  private var work: @Sendable (EvaluationPiece) -> Int {
    let (plan, styles) = (plan, subjects.count)
    return { piece in
      switch piece {
      case .greys: 2
      case .photo: styles * 2
      case .large:
        plan.sizes.reduce(plan.movesPhotos ? 2 : 0) { $0 + max(1, $1 * $1 / (512 * 512)) }
      case .descent: plan.iterations ?? 0
      }
    }
  }
}
