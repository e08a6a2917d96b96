public import Foundation
public import ImpastoFiles
public import ImpastoImaging

/// The reasons a film cannot be read, painted or written.
///
/// A first value without a label is the name of the film that the message begins with.
public enum VideoError: Error, Equatable, Sendable {
  /// A program of ffmpeg, the first value, is not installed.
  case notInstalled(String)
  /// A program of ffmpeg could not be started; `reason` is the system's.
  case cannotStart(String, reason: String)
  /// The file is no film that ffmpeg knows; `reason` is ffmpeg's.
  case notFilm(String, reason: String)
  /// The file has no pictures that move.
  case noVideo(String)
  /// Not one picture of the film could be decoded; `reason` is ffmpeg's, if it gave one.
  case noFrames(String, reason: String)
  /// The film has colours of a high dynamic range, and this ffmpeg cannot map them.
  case highDynamicRange(String, transfer: String)
  /// The stream of frames is not in the form that is read; `reason` says where.
  case damagedStream(String, reason: String)
  /// A picture has more pixels than are read.
  case tooManyPixels(String, width: Int, height: Int)
  /// Reading ended early, after `seconds`; `reason` is ffmpeg's, if it gave one.
  case endedEarly(String, seconds: Double, reason: String)
  /// The name of the film to write does not say which container to use.
  case unknownContainer(String)
  /// The container, by its extension, is not written with this codec.
  case codecNotInContainer(String, codec: String, container: String)
  /// The folder, the first value, has parts of a film that was painted with another `setting`.
  case otherSettings(String, setting: String, earlier: String, now: String)
  /// A folder of parts of a film whose files cannot be read; `reason` names one.
  case damagedParts(String, reason: String)
  /// ffmpeg failed to write the film; `reason` is its own.
  case cannotWrite(String, reason: String)
  /// A stream of frames could not be written; `reason` is the system's.
  case cannotStream(String, reason: String)
  /// A file could not be read or written.
  case file(FileError)
  /// A picture of a folder of frames could not be read or written.
  case image(ImageError)
}

extension VideoError: LocalizedError, CustomStringConvertible {
  /// The film, what is wrong with it and what to do.
  public var description: String {
    switch self {
    case .notInstalled(let program):
      "\(program) is not installed, and films are read and written with it; install it with "
        + "`sudo apt-get install ffmpeg`"
    case .cannotStart(let program, let reason):
      "\(program) cannot be started (\(reason)); check that ffmpeg works"
    case .notFilm(let name, let reason):
      "\(name): not a film that ffmpeg can read (\(reason)); check the file, or convert it to MP4"
    case .noVideo(let name):
      "\(name): the file has no moving pictures; name one that has"
    case .noFrames(let name, let reason):
      "\(name): no picture of the film can be decoded (\(reason)); copy the file again"
    case .highDynamicRange(let name, let transfer):
      "\(name): the film has a high dynamic range (\(transfer)), and this ffmpeg lacks the filter "
        + "zscale that maps it to ordinary colours; install an ffmpeg with zscale, or convert the "
        + "film first"
    case .damagedStream(let name, let reason):
      "\(name): not a NUT stream of frames that can be read (\(reason)); write it with "
        + "`ffmpeg -f nut`"
    case .tooManyPixels(let name, let width, let height):
      "\(name): frames of \(width)×\(height) pixels, where \(Image.pixelLimit / 1_000_000) million "
        + "are read at most; scale them down with --size"
    case .endedEarly(let name, let seconds, let reason):
      "\(name): the film ends after \(String(format: "%.2f", seconds)) s, before its time "
        + "(\(reason)); the result has what could be decoded"
    case .unknownContainer(let path):
      "\(path): the extension does not name a kind of film to write; end the name in "
        + "\(VideoContainer.extensions), or in / for a folder of frames"
    case .codecNotInContainer(let path, let codec, let container):
      "\(path): \(container) films are not written with \(codec); choose another codec, or end the "
        + "name in .mkv, which takes all"
    case .otherSettings(let folder, let setting, let earlier, let now):
      "\(folder): the film was begun with another \(setting) (\(earlier), now \(now)); continue it "
        + "with the same, or begin anew"
    case .damagedParts(let folder, let reason):
      "\(folder): \(reason) cannot be read, and so the film cannot be continued; begin anew"
    case .cannotWrite(let path, let reason):
      "\(path): the film cannot be written (\(reason)); nothing is left of it"
    case .cannotStream(let name, let reason):
      "\(name): cannot be written (\(reason)); check what reads it, or name a file"
    case .file(let error): error.description
    case .image(let error): error.description
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}
