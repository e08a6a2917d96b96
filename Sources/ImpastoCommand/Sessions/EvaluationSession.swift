import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// One call of `impasto evaluate`: measures photo after photo.
struct EvaluationSession {
  private let output: String?
  private let reportPath: String?
  private let dataset: ImageDataset
  /// Warnings about the photos.
  private var photoWarnings: [String] = []
  /// The places of the photos that are shown on the page.
  private let shown: Set<Int>
  private let subjects: [Subject]
  private let network: Stylizer
  private let other: Stylizer?
  private let evaluator: Evaluator
  private let console: Console
  private var report: EvaluationReport
  /// Photos that are still to be shown; where one cannot be read the next stands in.
  private var pendingShown = 0
  /// The photos that are shown, and optimised where that is asked for.
  private var shownPhotos: [(name: String, square: Image)] = []
  private var savedAt: ContinuousClock.Instant?

  /// The time between two saves.
  private static let saveInterval = Duration.seconds(30)

  /// A style to measure.
  private struct Subject {
    let name: String
    let target: Evaluator.Target
  }

  /// Reads all that `command` names, so that every mistake shows before the first photo.
  init(command: EvaluateCommand) throws {
    let console = command.shown.console
    self.console = console
    output = command.output
    reportPath = command.report
    if let output { try Folder.checkWritable(output) }
    if let reportPath { try Folder.checkWritable(reportPath, option: "--report") }
    let path = try ModelSearch.path(given: command.model.model)
    let model = try StyleModel(contentsOf: path)
    let folder = try ModelSearch.stylesFolder(given: command.styles, model: path)
    let (sources, unmeasured) = try Self.sources(
      of: command, model: model, path, folder, onWarning: console.warn)
    let baselines = try Baselines(command.against)
    let otherModel = try baselines.checkpoint.map { path in
      guard FileStatus.exists(path) else {
        throw CommandError.noBaseline(path)
      }
      return try StyleModel(contentsOf: path)
    }
    let all = try ImageDataset(folder: command.content)
    dataset = all.thinned(to: min(command.photos ?? all.count, all.count))
    shown = Set(dataset.evenlySpaced(min(command.shownPhotos, dataset.count)))

    let (backend, scalarType) = try command.compute.engine()
    let evaluator = Evaluator(
      lossNetwork: try VGG19(), backend: backend, scalarType: scalarType,
      photoSize: command.imageSize, styleSize: command.styleSize)
    self.evaluator = evaluator
    network = Stylizer(model: model, backend: backend, scalarType: scalarType)
    other = otherModel.map { Stylizer(model: $0, backend: backend, scalarType: scalarType) }
    subjects = sources.map {
      Subject(name: $0.description.name, target: evaluator.target(of: $0.painting))
    }
    report = EvaluationReport(
      title: (path as NSString).lastPathComponent,
      evaluation: Evaluation(
        model: path, content: command.content, photoSize: command.imageSize,
        styleSize: command.styleSize, precision: scalarType.rawValue,
        other: baselines.checkpoint, iterations: baselines.iterations,
        styles: subjects.map { StyleEvaluation(name: $0.name) },
        unmeasured: unmeasured, leftOut: dataset.omissions),
      galleries: try sources.map(Self.gallery))
  }

  /// The styles of `model` that `folder` has paintings of, and those that it has not.
  private static func sources(
    of command: EvaluateCommand, model: StyleModel, _ path: String, _ folder: String,
    onWarning: (String) -> Void
  ) throws -> ([StyleSource], unmeasured: [UnmeasuredStyle]) {
    let known = model.styles.map(\.name)
    let paintings = try StyleFolder(folder)
    if let names = command.styleNames?.split(separator: ",").map(String.init) {
      if let unknown = names.first(where: { !known.contains($0) }) {
        let error = StyleModelError.unknownStyle(unknown, known: known)
        throw ValidationError("--style-names: \(error.description)")
      }
      return (try paintings.sources(named: names, onWarning: onWarning), [])
    }
    let painted = Set(paintings.styles.map(\.name))
    let measured = known.filter(painted.contains)
    guard !measured.isEmpty else {
      throw CommandError.nothingToEvaluate(model: path, folder: folder)
    }
    let unmeasured = known.filter { !painted.contains($0) }.map {
      UnmeasuredStyle(name: $0, reason: "\(folder) holds no painting of it")
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
  /// Measures until all is done or a signal asks to stop, and prints the result.
  mutating func run() throws {
    try StopSignal.caught { stop in
      var locks: [ProcessLock] = []
      defer { for lock in locks { lock.remove() } }
      for (file, option) in [(output, "--output"), (reportPath, "--report")] {
        if let file { locks.append(try Self.lock(file, option)) }
      }
      announce()
      let iterations = report.evaluation.iterations ?? 0
      var bar = ProgressBar(
        total: paintingWork + iterations * descentCount, console: console)
      do {
        try measureGreys(until: stop, bar: &bar)
        for index in 0..<dataset.count where !stop.isRaised {
          bar.update((index + 1) * photoWork, dataset.title(at: index))
          try measure(photo: index, until: stop)
          try saveNowAndThen()
        }
        if iterations > 0 { try optimize(until: stop, bar: &bar) }
      } catch StylizingError.stopped {
        // What of the photo at hand was measured is not kept.
      } catch {
        bar.clear()
        throw error
      }
      bar.clear()
      guard report.evaluation.photoCount > 0 else {
        if stop.isRaised { throw stop.interruption(.interrupted(dataset.folder)) }
        throw TrainingError.noReadablePhotos(
          folder: dataset.folder, reason: report.evaluation.skipped.first?.reason ?? "")
      }
      report.evaluation.isFinished = isComplete
      try save()
      try conclude()
      if !isComplete { throw stop.interruption() }
    }
  }

  /// Indicates whether nothing is left to do.
  private var isComplete: Bool {
    let evaluation = report.evaluation
    let descents = evaluation.styles.map(\.descents.count).reduce(0, +)
    return evaluation.photoCount + evaluation.skipped.count == dataset.count
      && (evaluation.iterations == nil || descents == descentCount)
  }

  /// Keeps others from writing the same file.
  private static func lock(_ file: String, _ option: String) throws -> ProcessLock {
    try ProcessLock(
      HiddenFile.base(for: file) + "-lock", of: file, action: "writing it", option: option)
  }

  /// The number of iterations of L-BFGS that take as long as all measurements on one photo.
  private var photoWork: Int { subjects.count * 2 }

  /// The same for all that comes before the optimisations: the photos, those of grey being worth
  /// one.
  private var paintingWork: Int { (dataset.count + 1) * photoWork }

  /// The optimisations that there are to do, fewer than expected where photos could not be read.
  private var descentCount: Int {
    let evaluation = report.evaluation
    let isAllRead = evaluation.photoCount + evaluation.skipped.count == dataset.count
    return (isAllRead ? shownPhotos.count : shown.count) * subjects.count
      * Descent.Start.allCases.count
  }

  /// Optimises the photos shown in every style, from noise and from the photo.
  private mutating func optimize(until stop: StopSignal, bar: inout ProgressBar) throws {
    guard let iterations = report.evaluation.iterations else { return }
    var done = 0
    for (row, photo) in shownPhotos.enumerated() {
      for (style, subject) in subjects.enumerated() {
        for start in Descent.Start.allCases {
          var step = 0
          let result = try evaluator.descent(
            on: photo.square, named: photo.name, towards: subject.target, from: start,
            iterations: iterations
          ) {
            bar.update(
              paintingWork + done * iterations + step,
              "\(photo.name) in \(subject.name) from \(start.rawValue)")
            step += 1
            return !stop.isRaised
          }
          guard let result else { return }
          done += 1
          report.evaluation.styles[style].descents.append(result.descent)
          if start == .photo, reportPath != nil {
            let caption = "\(result.descent.totals.count - 1) iterations"
            report.galleries[style].rows[row].append(try Self.picture(caption, result.picture))
          }
          try saveNowAndThen()
        }
      }
    }
  }

  /// Paints photos of one grey, whose pictures should be even.
  private mutating func measureGreys(until stop: StopSignal, bar: inout ProgressBar) throws {
    let photos = FlatField.photos
    for (style, subject) in subjects.enumerated() where !stop.isRaised {
      bar.update(style * 2, "photos of one grey in \(subject.name)")
      for photo in photos {
        let unevenness = FlatField.unevenness(
          of: try painted(photo, subject.name, by: network, until: stop))
        report.evaluation.styles[style].unevenness = max(
          report.evaluation.styles[style].unevenness, unevenness)
      }
    }
  }

  private mutating func measure(photo index: Int, until stop: StopSignal) throws {
    if shown.contains(index) { pendingShown += 1 }
    let name = dataset.title(at: index)
    let photo: Image
    do throws(TrainingError) {
      let file = try dataset.photo(at: index, minimum: VGG19.minimumExtent) {
        photoWarnings.append($0)
      }
      photo = evaluator.square(of: file)
    } catch {
      return report.evaluation.skipped.append(SkippedPhoto(name: name, reason: error.description))
    }
    let targets = subjects.map(\.target)
    let pictures = try subjects.map { try painted(photo, $0.name, by: network, until: stop) }
    let losses = evaluator.losses(of: pictures, photo: photo, targets: targets)
    let plain = evaluator.losses(of: targets.map { _ in photo }, photo: photo, targets: targets)
    let others = try otherPictures(of: photo, until: stop)
    let known = subjects.indices.filter { others[$0] != nil }
    let otherLosses = evaluator.losses(
      of: known.compactMap { others[$0] }, photo: photo, targets: known.map { targets[$0] })
    let lossesOfOther = Dictionary(uniqueKeysWithValues: zip(known, otherLosses))
    for (style, picture) in pictures.enumerated() {
      report.evaluation.styles[style].append(
        .init(
          photo: name, network: losses[style], plain: plain[style], other: lossesOfOther[style]),
        measures: PictureMeasures(picture))
    }
    report.evaluation.photoMeasures.append(PictureMeasures(photo))
    if pendingShown > 0 {
      pendingShown -= 1
      try show(photo, index: index, pictures: pictures, others: others)
    }
  }

  /// Paints the photo with the other checkpoint, in each style that it knows.
  private func otherPictures(of photo: Image, until stop: StopSignal) throws -> [Image?] {
    try subjects.map { subject in
      guard let other, other.model.bank.names.contains(subject.name) else { return nil }
      return try painted(photo, subject.name, by: other, until: stop)
    }
  }

  private func painted(
    _ photo: Image, _ style: String, by stylizer: Stylizer, until stop: StopSignal
  ) throws(StylizingError) -> Image {
    try stylizer.stylize(photo, with: StyleMixture(style)) { _, _ in !stop.isRaised }
  }

  /// Keeps a photo to be optimised, and puts its pictures on the page if there is to be one.
  private mutating func show(
    _ photo: Image, index: Int, pictures: [Image], others: [Image?]
  ) throws {
    shownPhotos.append((dataset.title(at: index), photo))
    guard reportPath != nil else { return }
    let plain = try Self.picture(dataset.title(at: index), photo)
    for (style, picture) in pictures.enumerated() {
      var row = [plain, try Self.picture("the network", picture)]
      if let other = others[style] { row.append(try Self.picture("the one compared with", other)) }
      report.galleries[style].rows.append(row)
    }
  }

  /// Writes what was measured so far, after the first photo and then once in a while: each time,
  /// all is written again.
  private mutating func saveNowAndThen() throws {
    let now = ContinuousClock.now
    guard report.evaluation.photoCount > 0, savedAt.map({ now - $0 >= Self.saveInterval }) ?? true
    else { return }
    try save()
    savedAt = .now
  }

  /// Writes what was measured so far to the files asked for.
  private func save() throws {
    if let output {
      try AtomicFile.write(Console.json(report.evaluation) + Data("\n".utf8), to: output)
    }
    if let reportPath { try report.write(to: reportPath) }
  }
}

// MARK: - Words

extension EvaluationSession {
  private func announce() {
    let evaluation = report.evaluation
    console.note(
      """
      \(subjects.count.of("style")), \(dataset.count.of("photo")) at \(evaluation.photoSize)², \
      paintings at \(evaluation.styleSize)
      """)
    console.leftOut(evaluation.leftOut.map(Remark.init))
    for style in evaluation.unmeasured {
      console.note("left out \(style.name): \(style.reason)")
    }
    console.detail("checkpoint \(evaluation.model), \(evaluation.precision)")
  }

  private func conclude() throws {
    let evaluation = report.evaluation
    photoWarnings.forEach(console.warn)
    if !evaluation.skipped.isEmpty {
      console.note("skipped \(evaluation.skipped.count.of("photo")):")
      for photo in evaluation.skipped { console.note("  \(photo.reason)") }
    }
    if !evaluation.isFinished {
      let done = evaluation.styles.map(\.descents.count).reduce(0, +)
      let optimized =
        evaluation.iterations == nil ? "" : " and \(done.of("optimisation")) of \(descentCount)"
      console.note(
        "stopped after \(evaluation.photoCount.of("photo")) of \(dataset.count)\(optimized)")
    }
    if console.isJSON { return try console.result(json: evaluation) }
    let tables: [EvaluationTable?] = [
      .losses(of: evaluation), .descents(of: evaluation), .faults(of: evaluation),
    ]
    for (index, table) in tables.compactMap({ $0 }).enumerated() {
      if index > 0 { console.result("") }
      for line in Self.lines(of: table) { console.result(line) }
    }
    for file in [output, reportPath] { if let file { console.result(file) } }
  }

  /// The rows of a table; what exceeds its limit has an exclamation mark.
  private static func lines(of table: EvaluationTable) -> [String] {
    let marks = table.rows.contains { $0.cells.contains(where: \.isFlagged) }
    let header = [table.header[0]] + table.header.dropFirst().map { marks ? "\($0) " : $0 }
    return Table.lines(
      [header]
        + table.rows.map { row in
          [row.name] + row.cells.map { $0.text + (marks ? $0.isFlagged ? "!" : " " : "") }
        }, numbers: 1...)
  }
}
