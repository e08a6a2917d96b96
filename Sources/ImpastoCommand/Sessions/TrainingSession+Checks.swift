import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoNetworks
import ImpastoTraining

extension TrainingSession {
  /// Refuses to begin a run where it would destroy something.
  static func checkUnused(_ plan: TrainingPlan) throws(CommandError) {
    // A run that ended before its first checkpoint has left nothing to protect.
    if plan.folder.hasState { throw .runExists(plan.folder.path) }
    if !plan.isInPlace, FileStatus.exists(plan.output) {
      throw .outputExists(plan.output)
    }
  }

  /// Refuses a run that would end before the rows themselves are trained.
  static func checkFree(
    _ rows: RunFolder.Rows?, of settings: TrainingSettings
  ) throws(ValidationError) {
    guard let rows, settings.steps <= rows.blendSteps else { return }
    throw ValidationError(
      """
      --steps \(settings.steps): the first \(rows.blendSteps.of("step")) only look for a blend to \
      begin with (--blend-steps), which leaves none to learn the painting; give more --steps or \
      fewer --blend-steps
      """)
  }

  /// Refuses squares that come out of the network smaller or larger than they go in.
  static func check(
    _ settings: TrainingSettings, fit architecture: TransformArchitecture?
  ) throws(ValidationError) {
    guard let architecture else { return }
    let (least, step) = (architecture.minimumExtent, architecture.reductions.max() ?? 1)
    for size in settings.schedule.map(\.imageSize) where size < least || !size.isMultiple(of: step)
    {
      throw ValidationError(
        """
        \(settings.schedule.count > 1 ? "--schedule" : "--image-size") \(size): the network's layers take multiples of \(step) from \
        \(least) on
        """)
    }
  }

  /// Returns whether there is a state to go on from, which a run has that was saved.
  ///
  /// - Throws: ``CommandError/noState(_:)`` where it is gone and beginning again would destroy what
  ///   the run has made.
  static func hasState(_ plan: TrainingPlan) throws(CommandError) -> Bool {
    if plan.folder.hasState { return true }
    if !plan.isInPlace, FileStatus.exists(plan.output) {
      throw .noState(plan.folder.state)
    }
    return false
  }

  /// Refuses to go on where that would write over styles that came into the checkpoint after the
  /// run.
  static func checkKept(_ plan: TrainingPlan) throws(CommandError) {
    // What cannot be read holds no style to lose.
    guard !plan.isInPlace, let present = try? StyleModel(contentsOf: plan.output) else { return }
    let known = (plan.rowGoal?.model.styles ?? []) + plan.sources.map(\.description)
    let others = present.styles.map(\.name).filter { name in
      !known.contains { $0.name == name }
    }
    if !others.isEmpty { throw .stylesAdded(others, checkpoint: plan.output) }
  }

  /// The arithmetic of the steps of a run so far, and of those to come.
  static func stretches(
    _ known: [RunFolder.Stretch]?, completedSteps: Int
  ) -> [RunFolder.Stretch] {
    // What no step was done with is not worth telling.
    let done = (known ?? []).filter { $0.afterStep < completedSteps }
    let next = RunFolder.Stretch(afterStep: completedSteps)
    return done.last?.arithmetic == next.arithmetic ? done : done + [next]
  }

  static func check(
    _ manifest: RunFolder.Manifest, continues begun: RunFolder.Manifest, plan: TrainingPlan
  ) throws {
    let names = begun.styles.map(\.name)
    guard manifest.styles.map(\.name) == names else {
      throw ValidationError(
        "this run began with the styles \(names.joined(separator: ", ")); name the same")
    }
    if let (changed, _) = zip(manifest.styles, begun.styles).first(where: { $0 != $1 }) {
      throw CommandError.paintingChanged(changed.name, folder: plan.paintings)
    }
    guard manifest.from == begun.from else {
      let option = plan.rowGoal == nil ? "--from" : "--model"
      throw ValidationError(
        """
        \(option): this run began with \(begun.from.map { "the network \($0)" } ?? "random weights"); \
        \(begun.from == nil ? "leave \(option) out" : "name its checkpoint")
        """)
    }
    guard manifest.photos == begun.photos else {
      throw CommandError.photosChanged(plan.photos.content)
    }
  }

  /// Refuses a run whose files the disk has no room for.
  static func checkSpace(for trainer: StyleTrainer, _ plan: TrainingPlan) throws(CommandError) {
    let bytes = trainer.savedBytes
    // While a file is replaced, the new one is there beside the old.
    let needed =
      bytes.state + bytes.model + max(bytes.state, bytes.model)
      - Folder.size(of: plan.folder.state) - Folder.size(of: plan.output)
    guard let free = Directory.freeSpace(in: plan.output.pathParts.folder), free < needed else {
      return
    }
    throw .diskFull(plan.output, needed: needed, free: free)
  }
}
