import ArgumentParser
import ImpastoNetworks
import ImpastoTraining

/// Whose pictures the section `accuracy` compares.
struct AccuracyOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Photos to stylise at their size.", valueName: "folder"))
  var photos: String?

  @Option(help: ArgumentHelp("Styles to stylise them in (default: all).", valueName: "a,b,…"))
  var styles: String?

  @Option(
    help: ArgumentHelp(
      "Checkpoint with these styles (default: Checkpoints/impasto.safetensors).", valueName: "file")
  )
  var model: String?

  /// Everything that is compared.
  struct Subjects {
    let model: StyleModel
    let photos: ImageDataset
    let styles: [String]
  }

  /// Opens the checkpoint, lists the photos and checks the styles.
  func subjects() throws -> Subjects {
    let model = try StyleModel(contentsOf: model ?? "Checkpoints/impasto.safetensors")
    let known = model.styles.map(\.name)
    let chosen = styles?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if let unknown = chosen?.first(where: { !known.contains($0) }) {
      throw ValidationError("--styles: \(StyleModelError.unknownStyle(unknown, known: known))")
    }
    return Subjects(
      model: model, photos: try ImageDataset(folder: photos ?? ""), styles: chosen ?? known)
  }
}
