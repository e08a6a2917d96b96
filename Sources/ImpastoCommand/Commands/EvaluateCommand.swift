import ArgumentParser
import ImpastoFiles
import ImpastoSessions

/// `impasto evaluate`: measures a network on photos.
struct EvaluateCommand: ParsableCommand, RankedCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well a network paints photos.",
    discussion: """
      Examples:
        impasto evaluate --content photos --report page.html
        mpirun -n 4 impasto evaluate --content photos -o all.json

      Prints for each style the content loss C, the style loss S and C + 20·S, as means over the \
      photos, and the same total of the unchanged photos; then artefacts as numbers, with an \
      exclamation mark where one is visible. The figures can be compared with those of other \
      networks on the same photos. Ctrl-C ends the evaluation with the measurements so far.

      --sizes and --shift take longer, and are measured on the photos shown only. --sizes 512,1024 \
      paints them at these sizes too: “whole” is S of a picture that is seen as a whole, shrunk to \
      --image-size, as a multiple of that of the small picture, and “edges” its edge energy at full \
      size as a share of the photo's. --shift moves them by 1, 2 and 3 pixels, and tells by how many \
      levels the pictures differ.

      With --against optimize:100 the columns “≈” tell how many iterations of L-BFGS, from noise \
      and from the photo, reach the total of the network on the same photos.
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    help: ArgumentHelp(
      "Folder of photos, searched recursively; preferably photos not used in training.",
      valueName: "folder"))
  var content: String

  @Option(
    help: ArgumentHelp(
      "Folder of the paintings that the network was trained on.",
      discussion: """
        Default: Styles in the checkpoint's folder or one above it, else in the working folder or \
        one above it.
        """, valueName: "folder"))
  var styles: String?

  @Option(help: ArgumentHelp("Measure only these styles: a,b,c.", valueName: "names"))
  var styleNames: String?

  @Option(
    help: ArgumentHelp(
      """
      Compare with another checkpoint or with optimize:N, up to N iterations of L-BFGS on the pixels \
      of the photos shown. May be repeated.
      """,
      valueName: "file|optimize:n"))
  var against: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Number of photos of the folder to use, evenly spaced (default: all).", valueName: "n"))
  var photos: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Side of the squares that photos are scaled to.", valueName: "pixels"))
  var imageSize = 256

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Shorter side that paintings are scaled to.", valueName: "pixels"))
  var styleSize = 384

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Paint squares of these sizes too, from photos that are large enough: 512,1024.",
      valueName: "pixels,…"))
  var sizes: String?

  @Flag(help: "Measure how much pictures change when the photo moves by 1, 2 and 3 pixels.")
  var shift = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "File for all measurements, photo by photo (.json).", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("File for a page with tables and pictures (.html).", valueName: "file"))
  var report: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Number of photos to show, to optimise, to paint large and to move, evenly spaced.",
      valueName: "n"))
  var shownPhotos = 2

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    _ = try Baselines(against)
    _ = try largeSizes()
    if let output, !output.hasSuffix(".json") {
      throw ValidationError("--output \(output): expected a name ending in .json")
    }
    if let report, !report.hasSuffix(".html") {
      throw ValidationError("--report \(report): expected a name ending in .html")
    }
  }

  /// The numbers of `--sizes`.
  private func largeSizes() throws -> [Int] {
    guard let sizes else { return [] }
    return try sizes.split(separator: ",", omittingEmptySubsequences: false).reduce(into: []) {
      guard let size = Int($1) else {
        throw ValidationError("--sizes \(sizes): “\($1)” is no number; write sizes like 512,1024")
      }
      guard !$0.contains(size) else {
        throw ValidationError("--sizes \(sizes): \(size) is given twice; give it once")
      }
      $0.append(size)
    }
  }

  func run() throws {
    try RankedRun.lead { try run(meeting: $0) }
  }

  private func run(meeting: RankMeeting?) throws {
    let path = try ModelSearch.path(given: model.model)
    let baselines = try Baselines(against)
    if let other = baselines.checkpoint, !FileStatus.exists(other) {
      throw CommandError.noBaseline(other)
    }
    var plan = EvaluationPlan(
      model: path, styles: try ModelSearch.stylesFolder(given: styles, model: path),
      content: content)
    plan.styleNames = styleNames?.split(separator: ",").map(String.init)
    (plan.photos, plan.shownPhotos) = (photos, shownPhotos)
    (plan.photoSize, plan.styleSize) = (imageSize, styleSize)
    (plan.other, plan.iterations) = (baselines.checkpoint, baselines.iterations)
    (plan.sizes, plan.movesPhotos) = (try largeSizes(), shift)
    (plan.output, plan.report) = (output, report)
    plan.compute = compute.settings
    try EvaluationRun(plan, meeting: meeting, console: shown.console).run()
  }
}
