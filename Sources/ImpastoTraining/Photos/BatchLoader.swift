import Dispatch
import Foundation
import ImpastoImaging
import Synchronization

/// Decodes, crops and scales the photos of the coming steps while the current one is computed.
///
/// The batch of a step depends on the seed, the step and the settings alone, never on timing or on
/// the step at which the loader began. A photo that cannot be read, or is too small, is missing
/// from its batch; where that leaves none, the first readable one of the rest of the epoch stands
/// in.
public final class BatchLoader: Sendable {
  private let shelf = Shelf()

  /// Begins to load batches from `firstStep` on.
  ///
  /// - Parameters:
  ///   - dataset: The photos.
  ///   - settings: How many are taken in each step, of which size, and the seed on which their order
  ///     and crops depend.
  ///   - firstStep: The number of steps already done.
  public init(dataset: ImageDataset, settings: TrainingSettings, firstStep: Int) {
    precondition(firstStep >= 0)
    let source = BatchSource(dataset: dataset, settings: settings)
    let worker = Thread { [shelf] in
      var step = firstStep
      while shelf.awaitRoom() {
        shelf.put(Result { () throws(TrainingError) in try source.batch(of: step) })
        step += 1
      }
    }
    worker.name = "photos"
    worker.start()
  }

  deinit { shelf.close() }

  /// The photos that were left out of the batches handed out so far, in the order of their names.
  public var skipped: [SkippedPhoto] { shelf.skipped }

  /// The warnings about the photos of these batches, in order, as in `ImageReader.warnings`.
  public var warnings: [String] { shelf.warnings }

  /// Waits for the next step's batch and takes it.
  ///
  /// - Throws: ``TrainingError/noReadablePhotos(folder:reason:)`` when not one photo can be read.
  public func next() throws(TrainingError) -> TrainingBatch {
    _ = shelf.awaitBatch(for: .never)
    return try shelf.take()
  }

  /// Waits for the next step's batch and takes it, as long as `goesOn` says so.
  ///
  /// - Returns: The batch, or nil where it is not waited for any longer.
  /// - Throws: ``TrainingError/noReadablePhotos(folder:reason:)`` when not one photo can be read.
  func next(while goesOn: () -> Bool) throws(TrainingError) -> TrainingBatch? {
    repeat {
      guard goesOn() else { return nil }
    } while !shelf.awaitBatch(for: .milliseconds(50))
    return try shelf.take()
  }
}

/// Makes the batch of any step.
private struct BatchSource: Sendable {
  let dataset: ImageDataset
  let settings: TrainingSettings

  func batch(of step: Int) throws(TrainingError) -> LoadedBatch {
    let (index, stepOfStage) = settings.stage(after: step)
    let stage = settings.schedule[index]
    let imageSize = stage.imageSize + settings.cropMargin
    let schedule = PhotoSchedule(
      photoCount: dataset.count, batchSize: stage.batchSize, seed: settings.seed, stage: index)
    let (wanted, substitutes) = schedule.photos(of: stepOfStage)
    var (photos, names, skipped): ([Image], [String], [Int: SkippedPhoto]) = ([], [], [:])
    var firstReason: String?
    var warnings: [String] = []
    for (position, index) in (wanted + substitutes).enumerated() {
      if position >= wanted.count, !photos.isEmpty { break }
      do throws(TrainingError) {
        let photo = try dataset.photo(at: index) { warnings.append($0) }
        var source = schedule.cropSource(step: stepOfStage, position: position)
        photos.append(RandomCrop(using: &source).applied(to: photo, size: imageSize))
        names.append(dataset.title(at: index))
      } catch {
        firstReason = firstReason ?? error.description
        skipped[index] = SkippedPhoto(name: dataset.names[index], reason: error.description)
      }
    }
    guard !photos.isEmpty else {
      throw .noReadablePhotos(folder: dataset.folder, reason: firstReason ?? "")
    }
    return LoadedBatch(
      batch: TrainingBatch(step: step, photos: photos, names: names), skipped: skipped,
      warnings: warnings)
  }
}

private struct LoadedBatch: Sendable {
  let batch: TrainingBatch
  /// By their places in the dataset.
  let skipped: [Int: SkippedPhoto]
  let warnings: [String]
}

/// The few batches between the thread that loads them and the one that uses them.
private final class Shelf: Sendable {
  private struct State {
    var batches: [Result<LoadedBatch, TrainingError>] = []
    var skipped: [Int: SkippedPhoto] = [:]
    /// By their bytes: names of files that only look alike are different.
    var warnings: [Data: String] = [:]
    var isClosed = false
  }

  private static let capacity = 3
  private let state = Mutex(State())
  private let filled = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)

  init() { for _ in 0..<Self.capacity { room.signal() } }

  var skipped: [SkippedPhoto] {
    state.withLock { $0.skipped.sorted { $0.key < $1.key }.map(\.value) }
  }

  var warnings: [String] { state.withLock { $0.warnings.values.sorted() } }

  /// Waits until a batch fits; false when no more are wanted.
  func awaitRoom() -> Bool {
    room.wait()
    return state.withLock { !$0.isClosed }
  }

  func put(_ batch: Result<LoadedBatch, TrainingError>) {
    state.withLock { $0.batches.append(batch) }
    filled.signal()
  }

  /// Waits for a batch; false where there is none after that time.
  func awaitBatch(for time: DispatchTimeInterval) -> Bool {
    filled.wait(timeout: .now() + time) == .success
  }

  /// Takes a batch that has been waited for.
  func take() throws(TrainingError) -> TrainingBatch {
    let result = state.withLock { state in
      let result = state.batches.removeFirst()
      if case .success(let loaded) = result {
        state.skipped.merge(loaded.skipped) { $1 }
        for warning in loaded.warnings { state.warnings[Data(warning.utf8)] = warning }
      }
      return result
    }
    room.signal()
    return try result.get().batch
  }

  func close() {
    state.withLock { $0.isClosed = true }
    room.signal()
  }
}
