import Foundation
package import ImpastoCluster
import ImpastoImaging

/// Decodes, crops and scales the photos of the coming steps while the current one is computed.
///
/// The batch of a step depends on the seed, the step and the settings alone, never on timing or on
/// the step at which the loader began. A photo that cannot be read, or is too small, is missing
/// from its batch; where that leaves none, the first readable one of the rest of the epoch stands
/// in.
public final class BatchLoader: Sendable {
  let shelf = BatchShelf()
  let source: BatchSource
  /// The ranks of which this one loads its share; nil where it loads all.
  private let ranks: Communicator?

  /// Begins to load batches from `firstStep` on.
  ///
  /// - Parameters:
  ///   - dataset: The photos.
  ///   - settings: How many are taken in each step, of which size, and the seed on which their order
  ///     and crops depend.
  ///   - firstStep: The number of steps already done.
  ///   - ranks: The ranks of which this one is to load its share; nil to load all.
  package init(
    dataset: ImageDataset, settings: TrainingSettings, firstStep: Int, ranks: Communicator?
  ) {
    precondition(firstStep >= 0)
    self.ranks = ranks
    let source = BatchSource(dataset: dataset, settings: settings)
    self.source = source
    let worker = Thread { [shelf] in
      var step = firstStep
      while shelf.awaitRoom() {
        shelf.put(
          Result { () throws(TrainingError) in
            if let ranks { return source.share(of: step, rank: ranks.rank, of: ranks.size) }
            return try source.batch(of: step)
          })
        step += 1
      }
    }
    worker.name = "photos"
    worker.start()
  }

  /// Begins to load batches from `firstStep` on.
  ///
  /// - Parameters:
  ///   - dataset: The photos.
  ///   - settings: How many are taken in each step, of which size, and the seed on which their order
  ///     and crops depend.
  ///   - firstStep: The number of steps already done.
  public convenience init(dataset: ImageDataset, settings: TrainingSettings, firstStep: Int) {
    self.init(dataset: dataset, settings: settings, firstStep: firstStep, ranks: nil)
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
    return try shelf.take().batch
  }

  /// Waits for the next step's batch and takes it, as long as `goesOn` says so.
  ///
  /// - Returns: The batch, or nil where it is not waited for any longer.
  /// - Throws: ``TrainingError/noReadablePhotos(folder:reason:)`` when not one photo can be read.
  func next(while goesOn: () -> Bool) throws(TrainingError) -> TrainingBatch? {
    if let ranks { return try nextShare(of: ranks, while: goesOn) }
    return isLoaded(while: goesOn) ? try shelf.take().batch : nil
  }

  /// Waits for the next batch; false where `goesOn` says no first.
  func isLoaded(while goesOn: () -> Bool) -> Bool {
    repeat {
      guard goesOn() else { return false }
    } while !shelf.awaitBatch(for: .milliseconds(50))
    return true
  }
}
