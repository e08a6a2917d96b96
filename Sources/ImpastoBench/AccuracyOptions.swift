import ArgumentParser
import ImpastoNetworks
import ImpastoTraining

/// The pictures that the sections `accuracy` and `video` compare.
struct AccuracyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Photos to stylise at their size; video makes films of the first.", valueName: "folder"))
  var photos: String?

  @Option(help: ArgumentHelp("Styles to stylise them in (default: all).", valueName: "a,b,…"))
  var styles: String?

  @Option(
    help: ArgumentHelp(
      "Checkpoint with these styles (default: Checkpoints/impasto.safetensors).", valueName: "file")
  )
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Paintings, <style>.jpg, for the losses of films (default: no losses).", valueName: "folder"))
  var paintings: String?

  /// Everything that is compared.
  struct Subjects {
    let model: StyleModel
    let photos: ImageDataset
    let styles: [String]
    /// The folder of paintings; nil to measure no losses.
    let paintings: String?
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
      model: model, photos: try ImageDataset(folder: photos ?? ""), styles: chosen ?? known,
      paintings: paintings)
  }
}
