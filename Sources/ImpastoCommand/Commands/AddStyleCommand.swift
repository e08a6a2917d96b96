import ArgumentParser
import ImpastoNetworks
import ImpastoSessions
import ImpastoTraining

/// `impasto add-style`: teaches a trained network more paintings.
struct AddStyleCommand: ParsableCommand, RankedCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-style",
    abstract: "Add paintings to the styles of a network.",
    discussion: """
      Examples:
        impasto add-style starry-night.jpg --content photos -o mine.safetensors
        impasto add-style a.jpg b.jpg --content photos --in-place
        impasto add-style --photo --content photos --model m.safetensors --in-place

      Only the parameters of the new styles are trained; pictures in all other styles stay the \
      same, bit for bit. The checkpoint is written when all steps are done. Until then a folder \
      keeps what --resume needs: mine.training, or with --in-place one named after checkpoint and \
      style. It also holds losses, contact sheets and report.html.
      """)

  @Argument(
    help: ArgumentHelp("Paintings to learn, in any format that is read.", valueName: "painting"))
  var paintings: [String] = []

  @Flag(
    help: """
      Train the row photo instead, which --strength needs, for an imported network.
      """)
  var photo = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Name of the style, once for each painting (default: its file's name)."))
  var name: [String] = []

  @OptionGroup var particulars: ParticularsOptions
  @OptionGroup var photos: PhotoOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Checkpoint to write.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace the checkpoint itself.")
  var inPlace = false

  @OptionGroup var model: ModelOptions
  @OptionGroup var training: TrainingOptions<RowTraining>

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Number of first steps that search for the best blend of known styles to begin with \
      (default: \(StyleTrainer.defaultBlendSteps)).
      """, valueName: "n"))
  var blendSteps: Int?

  @Flag(help: "Match the paintings' colours to those of the photos before learning.")
  var matchColors = false

  @OptionGroup var runOptions: RunOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    switch (output, inPlace) {
    case (nil, false):
      throw ValidationError(
        "say where the result goes: --output FILE, or --in-place to change the checkpoint itself")
    case (.some, true):
      throw ValidationError("--output and --in-place exclude each other")
    default: break
    }
    if let output, !output.hasSuffix(".safetensors") {
      throw ValidationError("--output \(output): expected a name ending in .safetensors")
    }
    if photo {
      try checkPhotoAlone()
    } else if paintings.isEmpty {
      throw ValidationError("no painting; name one or more, or --photo for the row photo")
    }
    if !name.isEmpty, name.count != paintings.count {
      throw ValidationError(
        "--name: \(name.count.of("name")) for \(paintings.count.of("painting")); give one for each")
    }
    if let option = particulars.firstGiven, paintings.count > 1 {
      throw ValidationError(
        """
        \(option) is about one painting, and these are \(paintings.count); describe them in a \
        styles.json beside them
        """)
    }
    try OptionRange.check("blend-steps", blendSteps, 0...10_000_000)
  }

  /// Refuses what is said of paintings where there is none.
  private func checkPhotoAlone() throws {
    if let painting = paintings.first {
      throw ValidationError(
        "--photo and the painting \(painting) exclude each other; run one by one")
    }
    let others: [(String, Bool)] = [
      ("--name", !name.isEmpty), ("--blend-steps", blendSteps != nil),
      ("--match-colors", matchColors),
      (particulars.firstGiven ?? "", particulars.firstGiven != nil),
    ]
    if let option = others.first(where: \.1)?.0 {
      throw ValidationError("\(option) is about paintings, of which --photo learns none")
    }
  }

  func run() throws {
    try RankedRun.lead { meeting in
      try TrainingRun(plan(), meeting: meeting, console: shown.console).run()
    }
  }

  private func plan() throws -> TrainingPlan {
    let checkpoint = try ModelSearch.path(given: model.model)
    if let output, Folder.isSame(output, checkpoint) {
      throw ValidationError(
        "--output \(output) is the checkpoint that is added to; use --in-place to change it")
    }
    let base: StyleModel
    if let output {
      try Folder.checkWritable(output)
      base = try StyleModel(contentsOf: checkpoint)
    } else {
      try Folder.checkReplaceable(checkpoint)
      base = try StyleModel(replacing: checkpoint)
    }
    if photo, base.bank.photoIndex != nil {
      throw ValidationError("--photo: \(checkpoint) has the row photo already")
    }
    let list = PaintingList(
      files: paintings.map(PaintingFile.init), names: name, particulars: particulars)
    let console = shown.console
    let sources = try list.sources(for: base, in: checkpoint, onWarning: console.warn)
    for remark in list.remarks { console.note(remark.text) }
    let colors =
      matchColors
      ? try photos.folders.datasets().training.colorStatistics(onWarning: console.warn) : nil
    let names = photo ? [StyleBank.photoName] : sources.map(\.description.name)
    return TrainingPlan(
      goal: .rows(
        .init(
          model: base, checkpoint: checkpoint, names: names, blendSteps: photo ? 0 : blendSteps,
          matchColors: matchColors)),
      output: output ?? checkpoint,
      sources: sources.map {
        StyleSource(description: $0.description, painting: $0.painting, colors: colors)
      },
      paintings: paintings.joined(separator: ", "), photos: photos.folders,
      settings: training.settings(resuming:), saving: runOptions.saving, compute: compute.settings,
      resumes: runOptions.resume)
  }
}

/// The settings with which rows are trained.
enum RowTraining: TrainingDefaults {
  static let settings = TrainingSettings.forRows
}
