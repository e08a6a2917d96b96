import ArgumentParser
import Foundation
import ImpastoTraining

extension TrainingSession {
  /// The photos to train on and those to look at, which are held out where there are enough.
  static func photos(
    of command: TrainCommand
  ) throws -> (training: ImageDataset, validation: ImageDataset) {
    let all = try ImageDataset(folder: command.content)
    if let validation = command.validation {
      return (all, try ImageDataset(folder: validation))
    }
    let heldOut = min(PreviewSheet.photoCount, all.count / 8)
    return heldOut > 0 ? all.holdingOut(heldOut) : (all, all)
  }

  static func checkUnused(_ folder: RunFolder, checkpoint: String) throws(CommandError) {
    // A run that ended before its first checkpoint has left nothing to protect.
    if folder.hasState { throw .runExists(folder.path) }
    if FileManager.default.fileExists(atPath: checkpoint) { throw .outputExists(checkpoint) }
  }

  /// Whether there is a state to go on from.
  ///
  /// - Throws: ``CommandError/noState(_:)`` where it is gone and beginning again would destroy what
  ///   the run has made.
  static func hasState(_ folder: RunFolder, checkpoint: String) throws -> Bool {
    if folder.hasState { return true }
    let isBegun = try !TrainingLog.records(at: folder.losses).isEmpty
    if isBegun || FileManager.default.fileExists(atPath: checkpoint) {
      throw CommandError.noState(folder.state)
    }
    return false
  }

  static func check(
    _ beginning: RunFolder.Beginning, continues begun: RunFolder.Beginning, command: TrainCommand
  ) throws {
    let names = begun.styles.map(\.name)
    guard beginning.styles.map(\.name) == names else {
      throw ValidationError(
        "--styles: this run began with \(names.joined(separator: ", ")); name the same")
    }
    if let (changed, _) = zip(beginning.styles, begun.styles).first(where: { $0 != $1 }) {
      throw CommandError.paintingChanged(changed.name, folder: command.styles)
    }
    guard beginning.from == begun.from else {
      throw ValidationError(
        """
        --from: this run began with \(begun.from.map { "the network \($0)" } ?? "random weights"); \
        \(begun.from == nil ? "leave --from out" : "name its checkpoint")
        """)
    }
    guard beginning.photos == begun.photos else {
      throw CommandError.photosChanged(command.content)
    }
  }
}
