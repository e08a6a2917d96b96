import ArgumentParser

/// `impasto train`: trains one network on a folder of paintings.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train one network to paint in many styles.",
    discussion: """
      Example: impasto train --styles Styles --content photos -o model.safetensors

      Beside model.safetensors a folder model.training keeps what --resume needs, a line of losses \
      for each step, contact sheets and report.html. Ctrl-C finishes the step, saves and exits; \
      the same command with --resume goes on as if nothing had happened.
      """)

  @Option(
    help: ArgumentHelp(
      "Folder of paintings, described by its styles.json or named by their files.",
      valueName: "folder"))
  var styles: String

  @Option(
    help: ArgumentHelp("Learn only these styles of the folder: a,b,c.", valueName: "names"))
  var styleNames: String?

  @Option(
    help: ArgumentHelp("Folder of photos to train on, searched to its depths.", valueName: "folder")
  )
  var content: String

  @Option(
    help: ArgumentHelp(
      "Folder of photos for the contact sheets (default: a few held out from --content).",
      valueName: "folder"))
  var validation: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Checkpoint to write.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Begin with the weights of this checkpoint instead of random ones.",
      discussion: """
        A style of a name that it knows begins with its row, another with the mean of all rows.
        """, valueName: "file"))
  var from: String?

  @Flag(help: "Go on with the run that was begun with this --output.")
  var resume = false

  @OptionGroup var training: TrainingOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Save every so many steps.", valueName: "steps"))
  var checkpointEvery = 500

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Paint a contact sheet every so many steps.", valueName: "steps"))
  var previewEvery = 500

  @Option(
    help: ArgumentHelp(
      "Where the report goes (default: report.html in the run's folder).", valueName: "file"))
  var report: String?

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: OutputOptions

  func validate() throws {
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("--output \(output): expected a name ending in .safetensors")
    }
    for (name, value) in [
      ("--checkpoint-every", checkpointEvery), ("--preview-every", previewEvery),
    ] where value < 1 {
      throw ValidationError("\(name) \(value): expected 1 or more")
    }
  }

  func run() throws {
    let session = try TrainingSession(command: self)
    try session.run()
  }
}
