import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

extension SessionError {
  /// The fault and the remedy, with the names that settings have for the user of a program.
  ///
  /// - Parameter option: The option that a setting is given by, such as `--style-size` for
  ///   `style-size`; without it the text has settings in words.
  public func text(naming option: ((_ setting: String) -> String)?) -> String {
    func name(_ setting: String) -> String {
      option?(setting) ?? setting.replacing("-", with: " ")
    }
    func with(_ setting: String) -> String { option.map { " with \($0(setting))" } ?? "" }

    switch self {
    case .noModel:
      return """
        no checkpoint: \(ModelSearch.usualPlace) is neither in the working folder, nor beside the \
        executable, nor above these; name one\(with("model")), or set $\(ModelSearch.variable)
        """
    case .noModelNamed(let model, let known):
      let models =
        known.isEmpty ? "no model is installed" : "installed: \(known.joined(separator: ", "))"
      return """
        no model named “\(model)”; \(models); a file in the working folder is named ./\(model)
        """
    case .ambiguousModel(let model, let files):
      return """
        the model “\(model)” is not clear: \(files.joined(separator: " and ")) have this name; rename \
        one, or name a file\(with("model"))
        """
    case .noEnlarger:
      return """
        no network to enlarge with: \(ModelSearch.usualEnlarger) is neither in the working folder, nor \
        beside the executable, nor above these; name one\(with("model")), as `impasto train-enlarge \
        --content photos -o enlarge.safetensors` makes it
        """
    case .noBFloat16:
      return "\(OneDNNBackend.lacksBFloat16Arithmetic); use \(name("precision")) f32"
    case .noFolder(let path):
      return "\(path): no such folder; check the name"
    case .noImages(let folder, let hasFolders):
      return """
        \(folder): no picture that can be read in this folder\
        \(hasFolders ? "; search the folders in it\(with("recursive"))" : "; check the name")
        """
    case .unreadableFolder(let folder, let reason):
      return "\(folder): cannot be listed (\(reason)); check its permissions"
    case .cannotStylize(let photo, let reason):
      return "\(photo): \(reason)"
    case .tooNarrow(let photo, let width, let height, let scaledWidth, let scaledHeight, let size):
      let least = TransformArchitecture.minimumExtent
      let (shorter, longer) = (min(width, height), max(width, height))
      let cause =
        size.map { "scaled by \(name("size")) \($0)" }
        ?? "scaled to pictures of \(max(scaledWidth, scaledHeight)) on the longer side"
      let needed = (least * longer + shorter - 1) / shorter
      let remedy =
        OpenedPhoto.sizes.contains(needed)
        ? "choose \(name("size")) \(needed) or larger" : "crop it"
      return """
        \(photo): \(width)×\(height) pixels \(cause) are \(scaledWidth)×\(scaledHeight), and \
        \(least)×\(least) is the least; \(remedy)
        """
    case .scaledTooSmall(
      let path, let width, let height, let scaledWidth, let scaledHeight, let size):
      let least = VGG19.minimumExtent
      return """
        \(path): \(width)×\(height) pixels scaled to a longer side of \(size) are \
        \(scaledWidth)×\(scaledHeight), and \(least)×\(least) is the least; choose a larger \
        \(name("size"))
        """
    case .noLearnedStyle(let path, let style):
      return """
        \(path): the checkpoint has no style “\(style)”, which a preview would paint with; learn the \
        painting first, or leave \(name("preview")) out
        """
    case .blackMask(let path):
      return "\(path): the mask is all black, so that no place is chosen; paint the place white"
    case .shortMask(let path, let seconds, let film, let needed):
      func text(_ seconds: Double) -> String { String(format: "%.1f s", seconds) }
      return """
        \(path): ends after \(text(seconds)), and \(film) is painted up to \(text(needed)); a mask lasts \
        as long as its film
        """
    case .otherShape(
      let path, let width, let height, let other, let otherWidth, let otherHeight):
      return """
        \(path): has \(width)×\(height) pixels, and \(other) \(otherWidth)×\(otherHeight), which is \
        another shape; make a picture of the same one
        """
    case .notEnoughMemory(let path, let needed, let free):
      return """
        \(path): a picture of this size takes about \(needed / 1_000_000) MB of memory and \
        \(free / 1_000_000) MB are free; make it smaller\(with("size"))
        """
    case .outputIsInput(let path, let input, let setting):
      return "\(path) would be written over \(input), which is read; name another \(name(setting))"
    case .noOutputFolder(let path, let folder, let setting):
      return """
        \(path): its folder \(folder) does not exist; make it, or name another \(name(setting))
        """
    case .unwritableFolder(let path, let folder, let setting):
      return """
        \(path): nothing may be written to its folder \(folder); name another \(name(setting))
        """
    case .nameTooLong(let path, let setting):
      return """
        \(path): its name has \(path.pathParts.name.pathBytes.count) bytes, and \(NAME_MAX) are the \
        most; choose a shorter one\(with(setting))
        """
    case .outputIsFolder(let path, let setting):
      return "\(path): a folder has this name; name another \(name(setting))"
    case .outputExists(let file, let setting):
      return "\(file): exists already; remove it or name another \(name(setting))"
    case .unknownFrameFormat(let path):
      return """
        \(name("output")) \(path): the extension does not name a format to write; end the name in \
        \(FrameOutput.writtenExtensions), or in / for a folder of frames
        """
    case .tooManyPixels(let path, let pictures, let width, let height):
      return """
        \(path): \(pictures) pictures of \(width)×\(height) pixels are more than the \
        \(Image.pixelLimit / 1_000_000) million pixels of one that can be read; choose a smaller \
        \(name("size"))
        """
    case .tooLong(let path, let side, let limit):
      return """
        \(path): the pictures make a side of \(side) pixels, and \(limit) is the most of this \
        format; choose a smaller \(name("size")), or write .png
        """
    case .inUse(let path, let process, let action, let setting):
      return """
        \(path): another impasto (\(process)) is \(action); wait for its end, or name another \
        \(name(setting))
        """
    case .protectedCheckpoint(let file):
      return """
        \(file): this checkpoint is protected from writing; write the changed one to another \
        file\(with("output"))
        """
    case .noStylesFolder(let folder):
      return "\(folder): no such folder; name a folder of paintings\(with("styles"))"
    case .noStylesFolderFound:
      return """
        no paintings: there is no folder \(ModelSearch.usualStyles) in the checkpoint's folder or \
        one above it, nor in the working folder or one above it; name one\(with("styles"))
        """
    case .nothingToEvaluate(let model, let folder):
      return """
        \(folder): holds the painting of no style of \(model); name the folder of the paintings \
        that it was trained on\(with("styles"))
        """
    case .noPainting(let style, let folder):
      return """
        \(folder): no painting of style “\(style)”; expected \(style).jpg or another picture of \
        this name
        """
    case .smallPainting(let path, let width, let height):
      return """
        \(path): \(width)×\(height) pixels show no strokes to learn; find a picture of the painting \
        with \(PaintingFile.minimumExtent) or more on each side
        """
    case .namelessPainting(let file):
      return """
        \(file): its name holds no letters or digits to name a style by, or is “photo”, which none \
        can be named; rename the file
        """
    case .duplicateStyle(let listing, let name):
      return "\(listing): two styles are named “\(name)”; rename one"
    case .equalPaintings(let files, let name):
      return """
        \(files.joined(separator: ", ")): the style of each would be named “\(name)”; rename one
        """
    case .invalidStyleName(let style, let folder):
      return """
        \(folder): “\(style)” cannot name a style; expected words of a-z and 0-9 joined by hyphens, \
        and not “photo”
        """
    case .damagedListing(let file, let reason):
      return """
        \(file): not a list of styles (\(reason)); expected {"styles": [{"name": …, "title": …}]}
        """
    case .noStyleNames(let known):
      return "\(name("style-names")): no name; expected \(known.joined(separator: ","))"
    case .unknownStyle(let error):
      return "\(name("style-names")): \(error.description)"
    case .runExists(let folder):
      return """
        \(folder): holds an earlier run; go on with it\(option.map { " by \($0("resume"))" } ?? ""), \
        remove it, or name another \(name("output"))
        """
    case .noRun(let folder):
      return "\(folder): no run to go on with; leave \(name("resume")) out to begin one"
    case .damagedRun(let file, let reason):
      return """
        \(file): not what a run began with (\(reason)); restore it, or begin a new run under \
        another \(name("output"))
        """
    case .noState(let file):
      return """
        \(file): missing, though this run has done steps, so that it cannot go on; put it back, or \
        begin a new run under another \(name("output"))
        """
    case .tooManyThreads(let threads, let processors):
      return """
        this run began with \(threads) threads, which \(name("resume")) keeps, and \(processors) \
        processors are here; go on where there are as many, or begin a new run under another \
        \(name("output"))
        """
    case .photosChanged(let folder):
      return """
        \(folder): not the photos that this run began with; name the same \(name("content")) and \
        \(name("validation")), or begin a new run under another \(name("output"))
        """
    case .paintingChanged(let style, let folder):
      return """
        \(folder): not the painting of “\(style)” that this run began with; put it back, or begin a \
        new run under another \(name("output"))
        """
    case .networkChanged(let checkpoint, let run):
      return """
        \(checkpoint): not the network any more that styles were trained for; put it back and go \
        on\(with("resume")) from \(run), which keeps them
        """
    case .stylesAdded(let styles, let checkpoint):
      return """
        \(checkpoint): has styles that this run did not put there and would lose: \
        \(styles.joined(separator: ", ")); move the file away, then go on
        """
    case .diskFull(let path, let needed, let free):
      return """
        \(path): what the run saves takes up to \(needed / 1000 + 1) kB of the disk, and \
        \(free / 1000) kB are free; make room, or name another \(name("output"))
        """
    case .outOfRange(let setting, let value, let expected):
      return "\(name(setting)) \(value): expected \(expected)"
    case .batchTooLarge(let setting, let stage, let needed, let free, let maximum):
      let remedy =
        maximum > 0
        ? "take \(maximum.of("photo")) a step or fewer" : "take smaller squares"
      return """
        \(name(setting)): a step of \(stage.batchSize.of("photo")) at \(stage.imageSize)² takes \
        about \(needed / 1_000_000) MB of memory, and \(free / 1_000_000) MB are free; \(remedy)
        """
    case .disagrees(let setting, let value, let begun):
      return """
        \(name(setting)) \(value): this run began with \(begun), which \(name("resume")) keeps; \
        leave \(name(setting)) out, or begin a new run under another \(name("output"))
        """
    case .otherGoal(let addsRows):
      return addsRows
        ? "this run adds styles to a network; go on by adding them"
        : "this run trains a whole network; go on by training it"
    case .otherColors(let wereMatched):
      return wereMatched
        ? "this run began with \(name("match-colors")); give it again"
        : "this run began without \(name("match-colors")); leave it out"
    case .otherStyles(let names):
      return "this run began with the styles \(names.joined(separator: ", ")); name the same"
    case .otherOrigin(let setting, let begun):
      return """
        \(name(setting)): this run began with \(begun.map { "the network \($0)" } ?? "random weights"); \
        \(begun == nil ? "leave \(name(setting)) out" : "name its checkpoint")
        """
    case .otherTeacher(let begun):
      return """
        \(name("teacher")): this run began \(begun.map { "with the network \($0)" } ?? "without one"); \
        \(begun == nil ? "leave \(name("teacher")) out" : "name its checkpoint")
        """
    case .otherArchitecture:
      return "\(name("architecture")): this run began with other layers; leave it out"
    case .tooFewSteps(let steps, let completed):
      return """
        \(name("steps")) \(steps): this run has done \(completed) steps already; name as many or more
        """
    case .noFreeSteps(let steps, let blendSteps):
      return """
        \(name("steps")) \(steps): the first \(blendSteps.of("step")) only look for a blend to \
        begin with (\(name("blend-steps"))), which leaves none to learn the painting; give more \
        \(name("steps")) or fewer \(name("blend-steps"))
        """
    case .badImageSize(let setting, let size, let multiple, let least):
      return """
        \(name(setting)) \(size): the network's layers take multiples of \(multiple) from \
        \(least) on
        """
    case .tooManyRanks(let ranks, let photos):
      return """
        \(ranks) ranks: a step has \(photos.of("photo")), and each rank needs one; start \
        \(photos) or fewer, or give a larger \(name("batch-size"))
        """
    case .rankFailed(let rank, let reason):
      return "\(rank): \(reason)"
    case .ranksDiffer(let rank, let differences):
      return """
        \(rank): would not compute the same as rank 0: \(differences.joined(separator: "; ")); give \
        all ranks the same files, options, program and kind of processor
        """
    }
  }
}
