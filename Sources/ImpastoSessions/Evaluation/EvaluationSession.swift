import Foundation
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
  public private(set) var warnings: [String] = []
  /// The places of the photos that are shown on the page.
  private let shown: Set<Int>
  let subjects: [Subject]
  let network: Stylizer
  private let other: Stylizer?
  let evaluator: Evaluator
  var report: EvaluationReport
  /// Photos that are still to be shown; where one cannot be read the next stands in.
  private var pendingShown = 0
  /// The photos that are shown, and optimised, painted large and moved where that is asked for.
  private(set) var shownPhotos: [ShownPhoto] = []
  private var savedAt: ContinuousClock.Instant?

  /// The time between two saves.
  private static let saveInterval = Duration.seconds(30)

  /// A style to measure.
  struct Subject {
    let name: String
    let target: Evaluator.Target
  }

  /// Reads all that `plan` names, so that every mistake shows before the first photo.
  ///
  /// - Parameter lossNetwork: Nil for the one in its usual place.
  /// - Throws: ``SessionError``, or the error of a module below.
  public init(_ plan: EvaluationPlan, lossNetwork: VGG19? = nil) throws {
    self.plan = plan
    try plan.check()
    if let output = plan.output { try Folder.checkWritable(output) }
    if let report = plan.report { try Folder.checkWritable(report, setting: "report") }
    let model = try StyleModel(contentsOf: plan.model)
    var remarks: [String] = []
    let (sources, unmeasured) = try Self.sources(of: plan, model: model) { remarks.append($0) }
    warnings = remarks
    let otherModel = try plan.other.map(StyleModel.init(contentsOf:))
    let all = try ImageDataset(folder: plan.content)
    dataset = all.thinned(to: min(plan.photos ?? all.count, all.count))
    shown = Set(dataset.evenlySpaced(min(plan.shownPhotos, dataset.count)))

    let (backend, scalarType) = try plan.compute.engine()
    let evaluator = Evaluator(
      lossNetwork: try lossNetwork ?? VGG19(), backend: backend, scalarType: scalarType,
      photoSize: plan.photoSize, styleSize: plan.styleSize)
    self.evaluator = evaluator
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

  private static func picture(
    _ caption: String, _ image: Image
  ) throws -> EvaluationReport.Picture {
    .init(caption: caption, jpeg: try image.encoded(as: .jpeg, quality: 85))
  }
}

// MARK: - Measuring

extension EvaluationSession {
  /// The measurements so far.
  public var evaluation: Evaluation { report.evaluation }

  /// Gets the work that is done, in parts of a `total`, and the title of what comes next.
  public typealias Progress = (_ done: Int, _ total: Int, _ title: String) -> Void

  /// Measures until all is done or `goesOn` says no, and writes the files asked for.
  ///
  /// Of a photo that is not measured as a whole nothing is kept. Without any photo measured, no file
  /// is written.
  ///
  /// - Parameters:
  ///   - goesOn: Asked from any thread, several times a second, whether to go on.
  ///   - progress: Called before each piece of work.
  /// - Throws: `TrainingError.noReadablePhotos`; ``SessionError/inUse(_:by:action:setting:)``; the
  ///   error of a module below.
  public func run(
    while goesOn: @escaping @Sendable () -> Bool = { true }, _ progress: Progress = { _, _, _ in }
  ) throws {
    var locks: [ProcessLock] = []
    defer { for lock in locks { lock.remove() } }
    for (file, setting) in [(plan.output, "output"), (plan.report, "report")] {
      if let file { locks.append(try Self.lock(file, setting)) }
    }
    let total = paintingWork + largeTotal + (plan.iterations ?? 0) * descentCount
    do {
      try measureGreys(while: goesOn) { progress($0, total, $1) }
      for index in 0..<dataset.count where goesOn() {
        progress((index + 1) * photoWork, total, dataset.title(at: index))
        try measure(photo: index, while: goesOn)
        try saveNowAndThen()
      }
      if largeWork > 0 {
        try measureLarge(while: goesOn) { progress(paintingWork + $0, total, $1) }
      }
      if plan.iterations != nil { try optimize(while: goesOn) { progress($0, total, $1) } }
    } catch StylizingError.stopped {
      // What of the photo at hand was measured is not kept.
    }
    guard evaluation.photoCount > 0 else {
      guard goesOn() else { return }
      throw TrainingError.noReadablePhotos(
        folder: dataset.folder, reason: evaluation.skipped.first?.reason ?? "")
    }
    report.evaluation.isFinished = isComplete
    try save()
  }

  /// Indicates whether nothing is left to do.
  private var isComplete: Bool {
    let descents = evaluation.styles.map(\.descents.count).reduce(0, +)
    return evaluation.photoCount + evaluation.skipped.count == dataset.count
      && (largeWork == 0 || evaluation.hasLargePictures)
      && (evaluation.iterations == nil || descents == descentCount)
  }

  /// Keeps others from writing the same file.
  private static func lock(_ file: String, _ setting: String) throws -> ProcessLock {
    try ProcessLock(
      HiddenFile.base(for: file) + "-lock", of: file, action: "writing it", setting: setting)
  }

  /// The number of iterations of L-BFGS that take as long as all measurements on one photo.
  private var photoWork: Int { subjects.count * 2 }

  /// The same for all that comes before the optimisations: the photos, those of grey being worth
  /// one.
  private var paintingWork: Int { (dataset.count + 1) * photoWork }

  /// The same for the large pictures and the moved photos.
  private var largeTotal: Int { shown.count * subjects.count * largeWork }

  /// The optimisations that there are to do, fewer than expected where photos could not be read.
  public var descentCount: Int {
    let evaluation = report.evaluation
    let isAllRead = evaluation.photoCount + evaluation.skipped.count == dataset.count
    return (isAllRead ? shownPhotos.count : shown.count) * subjects.count
      * Descent.Start.allCases.count
  }

  /// Optimises the photos shown in every style, from noise and from the photo.
  private func optimize(
    while goesOn: () -> Bool, _ progress: (Int, String) -> Void
  ) throws {
    guard let iterations = plan.iterations else { return }
    var done = 0
    for (row, photo) in shownPhotos.enumerated() {
      for (style, subject) in subjects.enumerated() {
        for start in Descent.Start.allCases {
          var step = 0
          let result = try evaluator.descent(
            on: photo.square, named: photo.name, towards: subject.target, from: start,
            iterations: iterations
          ) {
            progress(
              paintingWork + largeTotal + done * iterations + step,
              "\(photo.name) in \(subject.name) from \(start.rawValue)")
            step += 1
            return goesOn()
          }
          guard let result else { return }
          done += 1
          report.evaluation.styles[style].descents.append(result.descent)
          if start == .photo, plan.report != nil {
            let caption = "\(result.descent.totals.count - 1) iterations"
            report.galleries[style].rows[row].append(try Self.picture(caption, result.picture))
          }
          try saveNowAndThen()
        }
      }
    }
  }

  /// Paints photos of one grey, whose pictures should be even.
  private func measureGreys(
    while goesOn: @escaping @Sendable () -> Bool, _ progress: (Int, String) -> Void
  ) throws {
    let photos = FlatField.photos
    for (style, subject) in subjects.enumerated() where goesOn() {
      progress(style * 2, "photos of one grey in \(subject.name)")
      for photo in photos {
        let unevenness = FlatField.unevenness(
          of: try painted(photo, subject.name, by: network, while: goesOn))
        report.evaluation.styles[style].unevenness = max(
          report.evaluation.styles[style].unevenness, unevenness)
      }
    }
  }

  private func measure(photo index: Int, while goesOn: @escaping @Sendable () -> Bool) throws {
    if shown.contains(index) { pendingShown += 1 }
    let name = dataset.title(at: index)
    let photo: Image
    do throws(TrainingError) {
      let file = try dataset.photo(at: index, minimum: VGG19.minimumExtent) {
        warnings.append($0)
      }
      photo = evaluator.square(of: file)
    } catch {
      return report.evaluation.skipped.append(SkippedPhoto(name: name, reason: error.description))
    }
    let targets = subjects.map(\.target)
    let pictures = try subjects.map { try painted(photo, $0.name, by: network, while: goesOn) }
    let losses = evaluator.losses(of: pictures, photo: photo, targets: targets)
    let plain = evaluator.losses(of: targets.map { _ in photo }, photo: photo, targets: targets)
    let others = try otherPictures(of: photo, while: goesOn)
    let known = subjects.indices.filter { others[$0] != nil }
    let otherLosses = evaluator.losses(
      of: known.compactMap { others[$0] }, photo: photo, targets: known.map { targets[$0] })
    let unchanged = try network.model.bank.photoIndex.map { _ in
      try painted(photo, StyleBank.photoName, by: network, while: goesOn)
    }
    let lossesOfOther = Dictionary(uniqueKeysWithValues: zip(known, otherLosses))
    for (style, picture) in pictures.enumerated() {
      report.evaluation.styles[style].append(
        .init(
          photo: name, network: losses[style], plain: plain[style], other: lossesOfOther[style]),
        measures: PictureMeasures(picture))
    }
    report.evaluation.photoMeasures.append(PictureMeasures(photo))
    if let unchanged {
      report.evaluation.photoRowPSNR.append(Float(unchanged.psnr(against: photo)))
    }
    if pendingShown > 0 {
      pendingShown -= 1
      try show(photo, index: index, pictures: pictures, others: others)
    }
  }

  /// Paints the photo with the other checkpoint, in each style that it knows.
  private func otherPictures(
    of photo: Image, while goesOn: @escaping @Sendable () -> Bool
  ) throws -> [Image?] {
    try subjects.map { subject in
      guard let other, other.model.bank.names.contains(subject.name) else { return nil }
      return try painted(photo, subject.name, by: other, while: goesOn)
    }
  }

  func painted(
    _ photo: Image, _ style: String, by stylizer: Stylizer,
    while goesOn: @escaping @Sendable () -> Bool
  ) throws(StylizingError) -> Image {
    try stylizer.stylize(photo, with: StyleMixture(style)) { _, _ in goesOn() }
  }

  /// Keeps a photo to be optimised, and puts its pictures on the page if there is to be one.
  private func show(
    _ photo: Image, index: Int, pictures: [Image], others: [Image?]
  ) throws {
    shownPhotos.append(
      ShownPhoto(name: dataset.title(at: index), index: index, square: photo))
    guard plan.report != nil else { return }
    let plain = try Self.picture(dataset.title(at: index), photo)
    for (style, picture) in pictures.enumerated() {
      var row = [plain, try Self.picture("the network", picture)]
      if let other = others[style] { row.append(try Self.picture("the one compared with", other)) }
      report.galleries[style].rows.append(row)
    }
  }

  /// Writes what was measured so far, after the first photo and then once in a while: each time,
  /// all is written again.
  func saveNowAndThen() throws {
    let now = ContinuousClock.now
    guard report.evaluation.photoCount > 0, savedAt.map({ now - $0 >= Self.saveInterval }) ?? true
    else { return }
    try save()
    savedAt = .now
  }

  /// Writes what was measured so far to the files asked for.
  private func save() throws {
    if let output = plan.output {
      try AtomicFile.write(JSONText.data(evaluation) + Data("\n".utf8), to: output)
    }
    if let file = plan.report { try report.write(to: file) }
  }
}
