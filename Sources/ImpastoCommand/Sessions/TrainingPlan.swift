import ArgumentParser
import Foundation
import ImpastoNetworks
import ImpastoTraining

/// The plan of a training run, with every file that it names read and checked.
struct TrainingPlan {
  /// The result that a run is to make.
  enum Goal {
    /// A network, begun with another's weights or with random ones, whose layers are then perhaps
    /// given.
    case network(from: StyleModel?, architecture: TransformArchitecture?)
    /// New rows of a network, for the checkpoint that it was read from.
    case rows(RowGoal)
  }

  struct RowGoal {
    let model: StyleModel
    let checkpoint: String
    /// The rows that are added.
    let names: [String]
    let blendSteps: Int?
    let matchColors: Bool

    /// Indicates whether the row `photo` is added, and no style.
    var isPhoto: Bool { names == [StyleBank.photoName] }
  }

  let goal: Goal
  /// The title of the report.
  let title: String
  /// The checkpoint to write.
  let output: String
  let folder: RunFolder
  let sources: [StyleSource]
  /// The place of the paintings, as the user named it.
  let paintings: String
  /// The files beside the paintings that are none.
  var omissions: [Remark] = []
  let photos: PhotoOptions
  /// The settings of a new run, or of one that goes on with those it began with.
  let settings: (_ begun: TrainingSettings?) throws -> TrainingSettings
  let run: RunOptions
  let compute: ComputeOptions
  let console: Console

  /// The goal of a run that adds rows.
  var rowGoal: RowGoal? {
    guard case .rows(let goal) = goal else { return nil }
    return goal
  }

  /// The names of what is learned.
  var names: [String] { rowGoal?.names ?? sources.map(\.description.name) }

  /// The network to begin with, where there is one.
  var origin: StyleModel? {
    switch goal {
    case .network(let model, _): model
    case .rows(let goal): goal.model
    }
  }

  /// The layers of a network begun with random weights, in agreement with the run that is taken up
  /// again, if one is.
  func architecture(resuming begun: RunFolder.Manifest?) throws -> TransformArchitecture? {
    guard case .network(from: nil, let wanted) = goal, begun?.from == nil else { return nil }
    guard let begun else { return wanted ?? .published }
    let present = try begun.architecture.map { try TransformArchitecture(json: Data($0.utf8)) }
    guard wanted == nil || wanted == present ?? .published else {
      throw ValidationError("--architecture: this run began with other layers; leave it out")
    }
    return present ?? .published
  }

  /// Indicates whether the result replaces the checkpoint that it was made from.
  var isInPlace: Bool { rowGoal?.checkpoint == output }

  /// The settings of added rows, checked against those of the run that is resumed, if one is.
  func rows(resuming begun: RunFolder.Manifest?) throws -> RunFolder.Rows? {
    if let begun, (begun.rows == nil) != (rowGoal == nil) {
      throw ValidationError(
        "this run was begun by `impasto \(begun.rows == nil ? "train" : "add-style")`; go on so")
    }
    guard let rowGoal else { return nil }
    if let rows = begun?.rows {
      try Resuming.agree("--blend-steps", rowGoal.blendSteps, rows.blendSteps)
      if rowGoal.matchColors != rows.matchColors {
        throw ValidationError(
          rows.matchColors
            ? "this run began with --match-colors; give it again"
            : "this run began without --match-colors; leave it out")
      }
    }
    return RunFolder.Rows(
      blendSteps: rowGoal.blendSteps ?? begun?.rows?.blendSteps ?? StyleTrainer.defaultBlendSteps,
      matchColors: rowGoal.matchColors)
  }
}
