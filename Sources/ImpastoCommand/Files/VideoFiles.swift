import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions
import ImpastoVideo

/// The film that a command reads, and the place of its result.
struct VideoFiles {
  let input: VideoSession.Input
  let output: VideoSession.Output
  /// The names of both, as the user knows them.
  let inputTitle, outputTitle: String

  /// Indicates whether the frames go to standard output.
  var isStreamed: Bool { if case .stream = output { true } else { false } }

  /// Looks at the input, and chooses the output by its name.
  ///
  /// - Parameter suffix: The part of the result's name that says how it was painted, where the user
  ///   gave none.
  init(_ input: String, _ output: String?, part: PartOptions, suffix: String) throws {
    inputTitle = StandardStream.title(ofInput: input)
    let isFolder = Folder.exists(input)
    if part.live, input != StandardStream.name {
      throw ValidationError("--live: only a film on standard input, -, can be live")
    }
    if part.fps != nil, !isFolder {
      throw ValidationError(
        "--fps: the frames of a film keep their times; only a folder needs them")
    }
    if input == StandardStream.name || isFolder, part.from != nil || part.duration != nil {
      throw ValidationError("--from and --duration: only of a film in a file a part can be painted")
    }
    guard let path = try output ?? Self.name(besides: input, isFolder: isFolder, suffix) else {
      throw ValidationError("\(input) gives the result no name; name it with --output")
    }
    outputTitle = StandardStream.title(ofOutput: path)
    self.output = try VideoError.asMistakeOfOutput { () throws(VideoError) in
      path == StandardStream.name ? .stream(STDOUT_FILENO) : try VideoSession.Output(path: path)
    }
    guard input == StandardStream.name || FilePlace(input) != FilePlace(path) else {
      throw ValidationError("\(path) would be written over the film; name another --output")
    }
    self.input =
      if input == StandardStream.name {
        .standardInput(isLive: part.live)
      } else if isFolder, let speed = part.speed {
        .folder(try Folder.pictures(in: input), speed: speed)
      } else {
        .film(try VideoFile(input))
      }
  }

  /// Refuses to go on with a film that cannot be read again, or is not written in parts.
  func checkResumable() throws {
    if case .standardInput = input {
      throw ValidationError("--resume: a film on standard input cannot be read again")
    }
    guard case .film(let path) = output, try VideoContainer(ofOutput: path).isWrittenInParts else {
      throw ValidationError(
        "--resume: only .mp4, .mov, .mkv and .webm films are written in parts; leave it out")
    }
  }

  /// The seconds that are painted, where the film tells.
  func duration(of part: PartOptions) -> Double? {
    switch input {
    case .film(let film):
      let rest = film.duration.map { max(0, $0 - part.selection.start) }
      return [rest, part.selection.duration].compactMap(\.self).min()
    case .folder(let folder, let speed): return Double(folder.pictures.count) / speed.value
    case .standardInput: return nil
    }
  }

  /// The name of the result of a film, in its folder and, if it is one that is written, container.
  private static func name(
    besides input: String, isFolder: Bool, _ suffix: String
  ) throws -> String? {
    if isFolder || input == StandardStream.name { return nil }
    let stem = (input as NSString).deletingPathExtension
    let container = (try? VideoContainer(ofOutput: input)) ?? .mp4
    return "\(stem)-\(suffix).\(container.rawValue)"
  }
}
