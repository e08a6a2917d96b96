public import Foundation
public import ImpastoNetworks
public import ImpastoTraining

/// The reasons why a session cannot begin or go on, besides those of the modules below.
///
/// A first value without a label is the path of the file or folder that the text begins with, unless
/// said otherwise. Values called `setting` are names of settings in words of a-z joined by hyphens,
/// such as `style-size`.
public enum SessionError: Error, Equatable, Sendable {
  // MARK: Inputs

  /// No checkpoint is named, and none lies in the usual places.
  case noModel
  /// No model is called so; `known` are the names of those that there are.
  case noModelNamed(String, known: [String])
  /// Two checkpoints, `files`, lie in one folder and have the same name of a model.
  case ambiguousModel(String, files: [String])
  /// No checkpoint of a network that enlarges is named, and none lies in the usual places.
  case noEnlarger
  /// bf16 is asked for on a processor without it.
  case noBFloat16
  /// A folder does not exist.
  case noFolder(String)
  /// A folder holds no picture that can be read; `hasFolders` where it has subfolders that were not
  /// searched.
  case noImages(folder: String, hasFolders: Bool)
  /// A folder cannot be listed; `reason` is the system's.
  case unreadableFolder(String, reason: String)
  /// A photo cannot be painted; `reason` is the text of the error of a module below.
  case cannotStylize(String, reason: String)
  /// Scaling makes the photo too narrow to be painted; `size` where one was asked for.
  case tooNarrow(
    String, width: Int, height: Int, scaledWidth: Int, scaledHeight: Int, size: Int?)

  /// Scaling makes a picture smaller than the loss network can see; `size` is the longer side.
  case scaledTooSmall(
    String, width: Int, height: Int, scaledWidth: Int, scaledHeight: Int, size: Int)
  /// A mask is black everywhere.
  case blackMask(String)
  /// A film that is a mask ends after `seconds`, and the film `of` is painted up to `needed` seconds.
  case shortMask(String, seconds: Double, of: String, needed: Double)
  /// A picture of `width`×`height` has not the shape of another, `of`, to which it belongs.
  case otherShape(
    String, width: Int, height: Int, of: String, otherWidth: Int, otherHeight: Int)
  /// A picture takes more memory, `needed`, than is available, `free`; both in bytes.
  case notEnoughMemory(String, needed: Int, free: Int)

  /// The checkpoint has no style called `name`, which the painting's file is named after.
  case noLearnedStyle(String, name: String)

  // MARK: Outputs

  /// The result would be written over `input`, which it is made of; `setting` is the one that names
  /// the result.
  case outputIsInput(String, input: String, setting: String)

  /// The folder of a result does not exist; `setting` is the one that names the result.
  case noOutputFolder(String, folder: String, setting: String)
  /// The folder of a result cannot be written to; `setting` as above.
  case unwritableFolder(String, folder: String, setting: String)
  /// The name of a result has more bytes than that of a file can have; `setting` as above.
  case nameTooLong(String, setting: String)
  /// A folder has the name of a result; `setting` as above.
  case outputIsFolder(String, setting: String)
  /// A file has the name of a result that must not replace one; `setting` as above.
  case outputExists(String, setting: String = "output")
  /// The name of a result for frames names no format that can be written.
  case unknownFrameFormat(String)
  /// Pictures of `width`×`height` side by side have more pixels than a picture that can be read.
  case tooManyPixels(String, pictures: Int, width: Int, height: Int)
  /// Pictures side by side make a `side` longer than the `limit` of the format; both in pixels.
  case tooLong(String, side: Int, limit: Int)
  /// Another process uses the file or folder: `by` names it, `action` says what it does, such as
  /// "training into it", and `setting` is the one that names another place.
  case inUse(String, by: String, action: String, setting: String)
  /// The checkpoint to be changed may not be written.
  case protectedCheckpoint(String)

  // MARK: Paintings and styles

  /// The folder that is named for paintings does not exist.
  case noStylesFolder(String)
  /// No folder of paintings is named, and none lies in the usual places.
  case noStylesFolderFound
  /// The folder of paintings has none of the styles of the checkpoint `model`.
  case nothingToEvaluate(model: String, folder: String)
  /// The folder has no painting of the style, which is the first value.
  case noPainting(String, folder: String)
  /// A painting has too few pixels to learn from.
  case smallPainting(String, width: Int, height: Int)
  /// The name of a painting's file gives no name for a style.
  case namelessPainting(String)
  /// A list of styles names the style `name` more than once.
  case duplicateStyle(String, name: String)
  /// Several paintings, whose paths are given, would be the style called `name`.
  case equalPaintings([String], name: String)
  /// A list of styles has a name, the first value, that no style can have.
  case invalidStyleName(String, folder: String)
  /// A `styles.json` is not a list of styles; `reason` says where and why.
  case damagedListing(String, reason: String)
  /// A choice among styles names none; `known` are those to choose from.
  case noStyleNames(known: [String])
  /// A choice among styles names one that is not there; the error says which.
  case unknownStyle(StyleModelError)

  // MARK: Runs

  /// A run is to begin in a folder that has one.
  case runExists(String)
  /// A run is to go on where none was begun.
  case noRun(String)
  /// The manifest of a run cannot be read; `reason` says where and why.
  case damagedRun(String, reason: String)
  /// The state of a run that has done steps is missing.
  case noState(String)
  /// A run began with more threads than there are processors.
  case tooManyThreads(Int, processors: Int)
  /// The photos of the folder are not those that the run began with.
  case photosChanged(String)
  /// The painting of a style, the first value, is not the one that the run began with.
  case paintingChanged(String, folder: String)
  /// The checkpoint holds another network than the one that styles were trained for; `run` is the
  /// run's folder.
  case networkChanged(String, run: String)
  /// The checkpoint has the styles of the first value, which saving the run would remove.
  case stylesAdded([String], checkpoint: String)
  /// The disk lacks the space that a run needs; both in bytes.
  case diskFull(String, needed: Int, free: Int)

  // MARK: Settings that do not fit

  /// A setting has a value that it cannot have; `expected` says which it can have, as in
  /// "a number from 0 to 1".
  case outOfRange(setting: String, value: String, expected: String)
  /// The memory lacks the bytes that a step of a stage takes; `maximum` is the number of photos that
  /// it has room for, or 0.
  case batchTooLarge(setting: String, TrainingStage, needed: Int, free: Int, maximum: Int)
  /// A setting has another value than the one that the run to go on with began with.
  case disagrees(setting: String, value: String, begun: String)
  /// The run to go on with trains the whole network, or added rows, and the other is asked for.
  case otherGoal(addsRows: Bool)
  /// The run to go on with began with the paintings' colours matched to the photos', or without.
  case otherColors(wereMatched: Bool)
  /// The run to go on with began with other styles: those of the value.
  case otherStyles([String])
  /// The run to go on with began with another network: `begun` is its fingerprint, nil where the
  /// weights were random; `setting` is the one that names a network.
  case otherOrigin(setting: String, begun: String?)
  /// The run to go on with began with another teacher: `begun` is its fingerprint, nil where there was
  /// none.
  case otherTeacher(begun: String?)
  /// The run to go on with began with other layers.
  case otherArchitecture
  /// The run is to have fewer steps than it has done already.
  case tooFewSteps(Int, completed: Int)
  /// The steps of the run end before the search for blends does.
  case noFreeSteps(Int, blendSteps: Int)
  /// Squares of this size come out of the network larger or smaller than they go in; `setting` is
  /// the one that has the size.
  case badImageSize(setting: String, size: Int, multiple: Int, minimum: Int)

  // MARK: Ranks of a job

  /// There are more ranks, the first value, than photos in the largest step.
  case tooManyRanks(Int, photos: Int)
  /// A rank, called by its number and machine, cannot begin; `reason` is the text of its error.
  case rankFailed(String, reason: String)
  /// A rank, called by its number and machine, would compute something else than rank 0:
  /// `differences` says what, in the words of a manifest.
  case ranksDiffer(String, differences: [String])
}

extension SessionError: CustomStringConvertible, LocalizedError {
  public var description: String { text(naming: nil) }
  public var errorDescription: String? { description }
}
