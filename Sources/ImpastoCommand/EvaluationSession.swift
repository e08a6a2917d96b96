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
  private let dataset: ImageDataset
  private let subjects: [Subject]
  private let network: Stylizer
  private let other: Stylizer?
  private let evaluator: Evaluator
  private let console: Console
  private var evaluation: Evaluation

  /// A style to measure.
  private struct Subject {
    let name: String
    let target: Evaluator.Target
  }

  /// Reads all that `command` names, so that every mistake shows before the first photo.
  init(command: EvaluateCommand) throws {
    console = command.shown.console
    output = command.output
    if let output { try Folder.checkWritable(folderOf: output) }
    let path = try ModelSearch.path(given: command.model.model)
    let model = try StyleModel(contentsOf: path)
    let folder = try ModelSearch.stylesFolder(given: command.styles, model: path)
    let (sources, unmeasured) = try Self.sources(of: command, model: model, path, folder)
    let otherModel = try command.against.map { try StyleModel(contentsOf: $0) }
    let all = try ImageDataset(folder: command.content)
    let wanted = min(command.photos ?? all.count, all.count)
    dataset = wanted < all.count ? all.holdingOut(wanted).validation : all

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
    evaluation = Evaluation(
      model: path, content: command.content, photoSize: command.imageSize,
      styleSize: command.styleSize, precision: scalarType.rawValue, other: command.against,
      styles: subjects.map { StyleEvaluation(name: $0.name) }, unmeasured: unmeasured)
  }

  /// The styles of `model` that `folder` has paintings of, and those that it has not.
  private static func sources(
    of command: EvaluateCommand, model: StyleModel, _ path: String, _ folder: String
  ) throws -> ([StyleSource], unmeasured: [UnmeasuredStyle]) {
    let known = model.styles.map(\.name)
    let paintings = try StyleFolder(folder)
    if let names = command.styleNames?.split(separator: ",").map(String.init) {
      if let unknown = names.first(where: { !known.contains($0) }) {
        let error = StyleModelError.unknownStyle(unknown, known: known)
        throw ValidationError("--style-names: \(error.description)")
      }
      return (try paintings.sources(named: names), [])
    }
    let painted = Set(paintings.styles.map(\.name))
    let measured = known.filter(painted.contains)
    guard !measured.isEmpty else {
      throw CommandError.nothingToEvaluate(model: path, folder: folder)
    }
    let unmeasured = known.filter { !painted.contains($0) }.map {
      UnmeasuredStyle(name: $0, reason: "\(folder) holds no painting of it")
    }
    return (try paintings.sources(named: measured), unmeasured)
  }

  /// Measures until all is done or the user asks to stop, and tells what was found.
  mutating func run() throws {
    announce()
    let stop = StopSignal()
    var bar = ProgressBar(total: dataset.count, console: console)
    do {
      for index in 0..<dataset.count where !stop.isRaised {
        bar.update(index, dataset.names[index])
        try measure(photo: index)
        // Kept after every photo, for those who cannot wait and end the process.
        if evaluation.photoCount > 0 { try save() }
      }
    } catch {
      bar.clear()
      throw error
    }
    bar.clear()
    guard evaluation.photoCount > 0 || stop.isRaised else {
      throw TrainingError.noReadablePhotos(
        folder: evaluation.content, reason: evaluation.skipped.first?.reason ?? "")
    }
    evaluation.isFinished = !stop.isRaised
    try save()
    try conclude()
  }

  private mutating func measure(photo index: Int) throws {
    let name = dataset.names[index]
    let photo: Image
    do throws(ImageError) {
      let file = try Image(contentsOf: dataset.path(at: index))
      guard min(file.width, file.height) >= Evaluator.leastPhotoSide else {
        let reason = """
          \(dataset.path(at: index)): \(file.width)×\(file.height) pixels; expected \
          \(Evaluator.leastPhotoSide) or more on each side
          """
        return evaluation.skipped.append(SkippedPhoto(name: name, reason: reason))
      }
      photo = evaluator.square(of: file)
    } catch {
      return evaluation.skipped.append(SkippedPhoto(name: name, reason: error.description))
    }
    let targets = subjects.map(\.target)
    func losses(_ pictures: [Image], _ targets: [Evaluator.Target]) -> [RelativeLosses] {
      evaluator.losses(of: pictures, photo: photo, targets: targets)
    }
    let stylized = losses(
      try subjects.map { try painted(photo, $0.name, by: network) }, targets)
    let plain = losses(targets.map { _ in photo }, targets)
    let shared = subjects.filter { other?.model.bank.names.contains($0.name) ?? false }
    let others = losses(
      try shared.compactMap { subject in try other.map { try painted(photo, subject.name, by: $0) }
      },
      shared.map(\.target))
    let otherLosses = Dictionary(uniqueKeysWithValues: zip(shared.map(\.name), others))
    for (style, subject) in subjects.enumerated() {
      evaluation.styles[style].samples.append(
        .init(
          photo: name, network: stylized[style], plain: plain[style],
          other: otherLosses[subject.name]))
    }
  }

  private func painted(
    _ photo: Image, _ style: String, by stylizer: Stylizer
  ) throws(StylizingError) -> Image {
    try stylizer.stylize(photo, with: StyleMixture(style))
  }

  /// Writes what was measured so far to the file asked for.
  private func save() throws {
    guard let output else { return }
    try AtomicFile.write(Console.json(evaluation) + Data("\n".utf8), to: output)
  }
}

// MARK: - Words

extension EvaluationSession {
  private func announce() {
    console.note(
      """
      \(subjects.count.of("style")), \(dataset.count.of("photo")) at \(evaluation.photoSize)², \
      paintings at \(evaluation.styleSize)
      """)
    for style in evaluation.unmeasured {
      console.note("left out \(style.name): \(style.reason)")
    }
    console.detail("checkpoint \(evaluation.model), \(evaluation.precision)")
  }

  private func conclude() throws {
    if !evaluation.skipped.isEmpty {
      console.note("skipped \(evaluation.skipped.count.of("photo")):")
      for photo in evaluation.skipped { console.note("  \(photo.reason)") }
    }
    if !evaluation.isFinished {
      console.note("stopped after \(evaluation.photoCount.of("photo")) of \(dataset.count)")
    }
    if console.isJSON { return try console.result(json: evaluation) }
    for line in EvaluationTable(evaluation).lines { console.result(line) }
    if let output { console.result(output) }
  }
}
