import Foundation
public import ImpastoNetworks
public import ImpastoTraining

/// The plan of a training run, with every painting and checkpoint that it needs read.
public struct TrainingPlan {
  /// The result that a run is to make.
  public enum Goal {
    /// A network, begun with another's weights or with random ones, whose layers are then perhaps
    /// given; perhaps taught by another's pictures.
    case network(
      from: StyleModel?, architecture: TransformArchitecture?, teacher: StyleModel? = nil)
    /// New rows of a network, for the checkpoint that it was read from.
    case rows(RowGoal)
  }

  /// Rows to add to a network.
  public struct RowGoal {
    let model: StyleModel
    let checkpoint: String
    /// The rows that are added.
    let names: [String]
    let blendSteps: Int?
    let matchColors: Bool

    /// Creates a goal.
    ///
    /// - Parameters:
    ///   - model: The network, as the file at `checkpoint` has it.
    ///   - names: The names of the rows: of styles, or `photo` alone.
    ///   - blendSteps: How many of the first steps search for blends; nil for the usual number, or
    ///     that of the run to go on with.
    ///   - matchColors: Whether the sources have the colours of the photos.
    public init(
      model: StyleModel, checkpoint: String, names: [String], blendSteps: Int? = nil,
      matchColors: Bool = false
    ) {
      (self.model, self.checkpoint, self.names) = (model, checkpoint, names)
      (self.blendSteps, self.matchColors) = (blendSteps, matchColors)
    }

    /// Indicates whether the row `photo` is added, and no style.
    package var isPhoto: Bool { names == [StyleBank.photoName] }
  }

  /// The folders of photos of a run.
  public struct Photos: Sendable {
    /// The photos to train on.
    public var content: String
    /// The photos for contact sheets; nil for some that are held out from the others.
    public var validation: String?

    /// Names the folders.
    public init(content: String, validation: String? = nil) {
      (self.content, self.validation) = (content, validation)
    }

    /// The photos to train on and those to look at, which are held out where there are enough.
    package func datasets() throws(TrainingError) -> (
      training: ImageDataset, validation: ImageDataset
    ) {
      let all = try ImageDataset(folder: content)
      if let validation { return (all, try ImageDataset(folder: validation)) }
      let heldOut = min(PreviewSheet.photoCount, all.count / 8)
      return heldOut > 0 ? all.holdingOut(heldOut) : (all, all)
    }
  }

  /// The moments at which a run saves, and where it reports.
  public struct Saving: Sendable {
    /// The number of steps between two saves, 1 or more.
    public var steps: Int
    /// The longest time without a save.
    public var interval: Duration
    /// The number of steps between two contact sheets, 1 or more.
    public var previewSteps: Int
    /// The file of the report; nil for `report.html` in the run's folder.
    public var report: String?

    /// Creates a choice.
    public init(
      steps: Int = 500, interval: Duration = .seconds(300), previewSteps: Int = 500,
      report: String? = nil
    ) {
      (self.steps, self.interval) = (steps, interval)
      (self.previewSteps, self.report) = (previewSteps, report)
    }

    /// Refuses numbers by which no run can save.
    ///
    /// - Throws: ``SessionError/outOfRange(setting:value:expected:)``.
    public func check() throws(SessionError) {
      try SessionError.check("checkpoint-every", steps)
      try SessionError.check("preview-every", previewSteps)
    }
  }

  let goal: Goal
  /// The checkpoint to write.
  public let output: String
  /// The styles to learn; none where the row `photo` is added.
  public let sources: [StyleSource]
  /// The place of the paintings, for errors.
  let paintings: String
  let photos: Photos
  let settings: (_ begun: TrainingSettings?) throws -> TrainingSettings
  let saving: Saving
  let compute: ComputeSettings
  let resumes: Bool

  /// Plans a run.
  ///
  /// - Parameters:
  ///   - settings: Called with the settings that the run to go on with began with, or nil for a new
  ///     one; returns those to train with. Of settings that a run began with only the number of
  ///     steps and the learning rate may change.
  ///   - resumes: Whether a run that was begun before goes on.
  public init(
    goal: Goal, output: String, sources: [StyleSource], paintings: String, photos: Photos,
    settings: @escaping (_ begun: TrainingSettings?) throws -> TrainingSettings,
    saving: Saving = Saving(), compute: ComputeSettings = ComputeSettings(), resumes: Bool = false
  ) {
    (self.goal, self.output, self.sources) = (goal, output, sources)
    (self.paintings, self.photos, self.settings) = (paintings, photos, settings)
    (self.saving, self.compute, self.resumes) = (saving, compute, resumes)
  }

  /// The folder of all that belongs to the run.
  public var folder: RunFolder {
    isInPlace ? RunFolder(adding: names, to: output) : RunFolder(checkpoint: output)
  }

  /// The title of the report.
  var title: String {
    rowGoal == nil ? (output as NSString).lastPathComponent : names.joined(separator: ", ")
  }

  /// The goal of a run that adds rows.
  package var rowGoal: RowGoal? {
    guard case .rows(let goal) = goal else { return nil }
    return goal
  }

  /// The names of what is learned.
  public var names: [String] { rowGoal?.names ?? sources.map(\.description.name) }

  /// The network to begin with, where there is one.
  var origin: StyleModel? {
    switch goal {
    case .network(let model, _, _): model
    case .rows(let goal): goal.model
    }
  }

  /// The network whose pictures are learned, where there is one.
  var teacher: StyleModel? {
    guard case .network(_, _, let teacher) = goal else { return nil }
    return teacher
  }

  /// Indicates whether the result replaces the checkpoint that it was made from.
  package var isInPlace: Bool { rowGoal?.checkpoint == output }

  /// The layers of a network begun with random weights, in agreement with the run that goes on, if
  /// one does.
  func architecture(resuming begun: RunManifest?) throws -> TransformArchitecture? {
    guard case .network(from: nil, let wanted, _) = goal, begun?.from == nil else { return nil }
    guard let begun else { return wanted ?? .steady }
    let present = try begun.architecture.map { try TransformArchitecture(json: Data($0.utf8)) }
    guard wanted == nil || wanted == present ?? .published else {
      throw SessionError.otherArchitecture
    }
    return present ?? .published
  }

  /// The settings of added rows, checked against those of the run that goes on, if one does.
  func rows(resuming begun: RunManifest?) throws(SessionError) -> RunManifest.Rows? {
    if let begun, (begun.rows == nil) != (rowGoal == nil) {
      throw .otherGoal(addsRows: begun.rows != nil)
    }
    guard let rowGoal else { return nil }
    if let rows = begun?.rows {
      try SessionError.checkAgreement("blend-steps", rowGoal.blendSteps, rows.blendSteps)
      if rowGoal.matchColors != rows.matchColors {
        throw .otherColors(wereMatched: rows.matchColors)
      }
    }
    return RunManifest.Rows(
      blendSteps: rowGoal.blendSteps ?? begun?.rows?.blendSteps ?? StyleTrainer.defaultBlendSteps,
      matchColors: rowGoal.matchColors)
  }
}
