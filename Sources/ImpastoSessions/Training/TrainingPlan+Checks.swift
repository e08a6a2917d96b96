import ImpastoCluster
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining

extension TrainingPlan {
  /// Refuses to begin a run where it would destroy something.
  func checkUnused() throws(SessionError) {
    // A run that ended before its first checkpoint has left nothing to protect.
    if folder.hasState { throw .runExists(folder.path) }
    if !isInPlace, FileStatus.exists(output) { throw .outputExists(output) }
  }

  /// Returns whether there is a state to go on from, which a run has that was saved.
  ///
  /// - Throws: ``SessionError/noState(_:)`` where it is gone and beginning again would destroy what
  ///   the run has made.
  func hasState() throws(SessionError) -> Bool {
    if folder.hasState { return true }
    if !isInPlace, FileStatus.exists(output) { throw .noState(folder.state) }
    return false
  }

  /// Refuses to go on where that would write over styles that came into the checkpoint after the
  /// run.
  func checkKept() throws(SessionError) {
    // What cannot be read holds no style to lose.
    guard !isInPlace, let present = try? StyleModel(contentsOf: output) else { return }
    let known = (rowGoal?.model.styles ?? []) + sources.map(\.description)
    let others = present.styles.map(\.name).filter { name in
      !known.contains { $0.name == name }
    }
    if !others.isEmpty { throw .stylesAdded(others, checkpoint: output) }
  }

  /// Refuses to go on with other styles, paintings, photos or weights than `begun` says.
  func check(_ manifest: RunManifest, continues begun: RunManifest) throws(SessionError) {
    let names = begun.styles.map(\.name)
    guard manifest.styles.map(\.name) == names else { throw .otherStyles(names) }
    if let (changed, _) = zip(manifest.styles, begun.styles).first(where: { $0 != $1 }) {
      throw .paintingChanged(changed.name, folder: paintings)
    }
    guard manifest.from == begun.from else {
      throw .otherOrigin(setting: rowGoal == nil ? "from" : "model", begun: begun.from)
    }
    guard manifest.teacher == begun.teacher else {
      throw .otherTeacher(begun: begun.teacher)
    }
    guard manifest.photos == begun.photos else { throw .photosChanged(photos.content) }
  }

  /// A warning, as a sentence, where most photos have to be enlarged to squares of `size` pixels; a
  /// few of them, evenly spaced, are looked at.
  func warning(aboutSmall dataset: ImageDataset, size: Int) -> String? {
    let sides = dataset.evenlySpaced(min(Self.samplePhotos, dataset.count)).compactMap { index in
      (try? ImageReader(contentsOf: dataset.path(at: index))).map { min($0.width, $0.height) }
    }
    let small = sides.count { $0 < size }
    guard small * 2 > sides.count else { return nil }
    return """
      \(photos.content): \(small) of \(sides.count.of("photo")) looked at have fewer than \(size) \
      pixels on a side and are enlarged to squares of \(size)²; take larger photos or smaller squares
      """
  }

  private static let samplePhotos = 50

  /// Refuses a run whose files the disk has no room for.
  func checkSpace(for trainer: StyleTrainer) throws(SessionError) {
    let bytes = trainer.savedBytes
    // While a file is replaced, the new one is there beside the old.
    let needed =
      bytes.state + bytes.model + max(bytes.state, bytes.model)
      - Folder.size(of: folder.state) - Folder.size(of: output)
    guard let free = Directory.freeSpace(in: output.pathParts.folder), free < needed else {
      return
    }
    throw .diskFull(output, needed: needed, free: free)
  }

  /// The trainer of a run that begins, or that goes on from its state.
  func trainer(
    settings: TrainingSettings, rows: RunManifest.Rows?, architecture: TransformArchitecture?,
    hasState: Bool, lossNetwork: VGG19, backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) -> StyleTrainer {
    if hasState {
      return try StyleTrainer(
        resuming: folder.state, styles: sources, settings: settings, lossNetwork: lossNetwork,
        teacher: teacher, backend: backend, scalarType: scalarType)
    }
    if let rowGoal, rowGoal.isPhoto {
      return try StyleTrainer(
        addingPhotoRowTo: rowGoal.model, settings: settings, lossNetwork: lossNetwork,
        backend: backend, scalarType: scalarType)
    }
    if let rowGoal, let rows {
      return try StyleTrainer(
        adding: sources, to: rowGoal.model, settings: settings, blendSteps: rows.blendSteps,
        lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
    }
    if let origin {
      return try StyleTrainer(
        from: origin, styles: sources, settings: settings, lossNetwork: lossNetwork,
        teacher: teacher, backend: backend, scalarType: scalarType)
    }
    return try StyleTrainer(
      styles: sources, settings: settings, architecture: architecture ?? .steady,
      lossNetwork: lossNetwork, teacher: teacher, backend: backend, scalarType: scalarType)
  }
}

extension TrainingSettings {
  /// Refuses a run that would end before the rows themselves are trained.
  func checkFree(of rows: RunManifest.Rows?) throws(SessionError) {
    guard let rows, steps <= rows.blendSteps else { return }
    throw .noFreeSteps(steps, blendSteps: rows.blendSteps)
  }

  /// Refuses squares that come out of the network smaller or larger than they go in.
  func check(fit architecture: TransformArchitecture?) throws(SessionError) {
    guard let architecture else { return }
    let (least, step) = (architecture.minimumExtent, architecture.reductions.max() ?? 1)
    for size in schedule.map(\.imageSize) where size < least || !size.isMultiple(of: step) {
      throw .badImageSize(
        setting: schedule.count > 1 ? "schedule" : "image-size", size: size, multiple: step,
        minimum: least)
    }
  }

  /// Refuses more ranks than there are photos in the largest step.
  func check(_ ranks: Communicator?) throws(SessionError) {
    let photos = schedule.map(\.batchSize).max() ?? 0
    guard let ranks, ranks.size > photos else { return }
    throw .tooManyRanks(ranks.size, photos: photos)
  }

  /// Refuses a run of which a step takes more memory than is free.
  ///
  /// - Parameters:
  ///   - photosAtOnce: How many photos of a step are computed at the same time; nil for all.
  func checkMemory(
    for architecture: TransformArchitecture, _ scalarType: ScalarType, photosAtOnce: Int?,
    free: Int?
  ) throws(SessionError) {
    guard let free else { return }
    for var stage in schedule {
      stage.batchSize = photosAtOnce ?? stage.batchSize
      let needed = bytes(of: stage, architecture: architecture, scalarType: scalarType)
      guard needed > free else { continue }
      throw .batchTooLarge(
        setting: schedule.count > 1 ? "schedule" : "batch-size", stage, needed: needed, free: free,
        maximum: maximumBatchSize(
          of: stage, architecture: architecture, scalarType: scalarType, bytes: free))
    }
  }
}
