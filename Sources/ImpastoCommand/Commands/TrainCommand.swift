import ArgumentParser
import ImpastoNetworks
import ImpastoSessions
import ImpastoTraining

/// `impasto train`: trains one network on a folder of paintings.
struct TrainCommand: ParsableCommand, RankedCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train one network to paint in many styles.",
    discussion: """
      Example: impasto train --styles Styles --content photos -o model.safetensors

      Beside model.safetensors a folder model.training keeps what --resume needs, a line of losses \
      for each step, contact sheets and report.html. Ctrl-C finishes the step, saves and exits; \
      the same command with --resume continues to the same result.

      mpirun -n 4 impasto train ... shares the photos of each step among four processes, on one \
      machine or several.
      """)

  @Option(
    help: ArgumentHelp(
      "Folder of paintings, described by its styles.json or named by their files.",
      valueName: "folder"))
  var styles: String

  @Option(
    help: ArgumentHelp("Learn only these styles of the folder: a,b,c.", valueName: "names"))
  var styleNames: String?

  @OptionGroup var photos: PhotoOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Checkpoint to write.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Begin with the weights of this checkpoint instead of random ones.",
      discussion: """
        Styles that it has under the same name begin with their parameters, others with the mean \
        of all.
        """, valueName: "file"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "Layers of the network: \(ArchitectureArgument.names), or a file (default: published-steady).",
      valueName: "name or file.json"))
  var architecture: ArchitectureArgument?

  @Option(
    help: ArgumentHelp(
      "Learn the pictures that the network of this checkpoint paints, instead of paintings.",
      discussion: """
        A start for a small network that takes a fraction of the time: go on from it with --from. The \
        teacher has to know the styles.
        """, valueName: "file"))
  var teacher: String?

  @OptionGroup var training: TrainingOptions<JointTraining>
  @OptionGroup var runOptions: RunOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("--output \(output): expected a name ending in .safetensors")
    }
    if from != nil, architecture != nil {
      throw ValidationError(
        "--architecture: the checkpoint of --from has its layers already; leave one of the two out")
    }
    if teacher != nil, let option = training.lossOption {
      throw ValidationError(
        "\(option): with --teacher no painting is compared with; leave one of the two out")
    }
  }

  func run() throws {
    try RankedRun.lead { meeting in
      let names = styleNames?.split(separator: ",").map(String.init)
      let folder = try StyleFolder(styles)
      let console = shown.console
      let sources = try folder.sources(named: names, onWarning: console.warn)
      for remark in folder.remarks { console.note(remark.text) }
      let plan = TrainingPlan(
        goal: .network(
          from: try from.map(StyleModel.init(contentsOf:)),
          architecture: try architecture?.architecture(),
          teacher: try teacher.map(StyleModel.init(contentsOf:))),
        output: output, sources: sources, paintings: styles, photos: photos.folders,
        settings: training.settings(resuming:), saving: runOptions.saving,
        compute: compute.settings, resumes: runOptions.resume)
      try TrainingRun(plan, omissions: folder.omissions, meeting: meeting, console: console).run()
    }
  }
}

/// The settings with which a network is trained.
enum JointTraining: TrainingDefaults {
  static let settings = TrainingSettings()
}
