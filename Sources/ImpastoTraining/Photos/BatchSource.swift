import ImpastoImaging

/// Makes the batch of any step.
struct BatchSource: Sendable {
  let dataset: ImageDataset
  let settings: TrainingSettings

  /// The whole batch of a step.
  func batch(of step: Int) throws(TrainingError) -> LoadedBatch {
    var loaded = share(of: step, rank: 0, of: 1)
    if loaded.batch.photos.isEmpty { loaded.merge(substitute(of: step)) }
    guard !loaded.batch.photos.isEmpty else {
      throw .noReadablePhotos(folder: dataset.folder, reason: loaded.firstReason ?? "")
    }
    return loaded
  }

  /// The readable ones of the photos of a step that a rank has to load: as many as the others load,
  /// or one less.
  func share(of step: Int, rank: Int, of size: Int) -> LoadedBatch {
    let place = place(of: step)
    let wanted = place.schedule.photos(of: place.step).batch
    let (first, last) = (rank * wanted.count / size, (rank + 1) * wanted.count / size)
    return load(
      zip(first..., wanted.dropFirst(first).prefix(last - first)), of: step, place, atMost: nil)
  }

  /// The first readable photo of the rest of the epoch.
  func substitute(of step: Int) -> LoadedBatch {
    let place = place(of: step)
    let (wanted, substitutes) = place.schedule.photos(of: place.step)
    return load(zip(wanted.count..., substitutes), of: step, place, atMost: 1)
  }

  /// The stage of a step, and its place in it.
  private struct Place {
    let schedule: PhotoSchedule
    let step: Int
    let imageSize: Int
  }

  private func place(of step: Int) -> Place {
    let (index, stepOfStage) = settings.stage(after: step)
    let stage = settings.schedule[index]
    return Place(
      schedule: PhotoSchedule(
        photoCount: dataset.count, batchSize: stage.batchSize, seed: settings.seed, stage: index),
      step: stepOfStage, imageSize: stage.imageSize + settings.cropMargin)
  }

  /// Loads photos, given by their positions in the batch and their places in the dataset.
  private func load(
    _ wanted: some Sequence<(Int, Int)>, of step: Int, _ place: Place, atMost limit: Int?
  ) -> LoadedBatch {
    var (photos, names): ([Image], [String]) = ([], [])
    var loaded = LoadedBatch(step: step)
    for (position, index) in wanted where photos.count != limit {
      do throws(TrainingError) {
        let photo = try dataset.photo(at: index) { loaded.warnings.append($0) }
        var source = place.schedule.cropSource(step: place.step, position: position)
        photos.append(RandomCrop(using: &source).applied(to: photo, size: place.imageSize))
        names.append(dataset.title(at: index))
      } catch {
        loaded.firstReason = loaded.firstReason ?? error.description
        loaded.skipped[index] = SkippedPhoto(
          name: dataset.names[index], reason: error.description)
      }
    }
    loaded.batch = TrainingBatch(step: step, photos: photos, names: names)
    return loaded
  }
}

/// A batch, or what a rank has of it, and what was found wrong with the photos.
struct LoadedBatch: Sendable {
  var batch: TrainingBatch
  /// By their places in the dataset.
  var skipped: [Int: SkippedPhoto] = [:]
  var warnings: [String] = []
  /// The reason for which the first photo could not be read, where one could not.
  var firstReason: String?

  /// The batch of `step` before anything is loaded.
  init(step: Int) { batch = TrainingBatch(step: step, photos: [], names: []) }

  /// Takes over the photos of `other`, having none.
  mutating func merge(_ other: LoadedBatch) {
    batch = other.batch
    skipped.merge(other.skipped) { $1 }
    warnings += other.warnings
  }
}
