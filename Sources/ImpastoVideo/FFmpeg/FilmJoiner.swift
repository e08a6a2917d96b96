import Foundation
import ImpastoFiles

/// Makes a film of its parts and of all else of the film that they were painted from.
final class FilmJoiner {
  private let path: String
  private let draft: AtomicFile.Draft
  private let arguments: [String]
  private let timeBase: Rational
  private let container: VideoContainer

  /// Looks whether the film can be written.
  ///
  /// - Parameter arguments: Those of ffmpeg between the input of the parts and the output.
  /// - Throws: ``VideoError/file(_:)``.
  init(
    to path: String, in container: VideoContainer, timeBase: Rational, _ arguments: [String]
  ) throws(VideoError) {
    (self.path, self.container, self.timeBase) = (path, container, timeBase)
    self.arguments = arguments
    do throws(FileError) {
      draft = try AtomicFile.Draft(path)
    } catch {
      throw .file(error)
    }
  }

  /// Writes the film.
  ///
  /// - Parameters:
  ///   - parts: The parts.
  ///   - starts: The times of their first frames, in ticks.
  ///   - end: The seconds after which all else ends too; nil to keep all of it.
  /// - Throws: ``VideoError/cannotWrite(_:reason:)``, ``VideoError/file(_:)``.
  func join(_ parts: VideoParts, starts: [Int], endingAfter end: Double?) throws(VideoError) {
    let times = starts.map(seconds)
    // Whatever the folder is called, this name of it needs no quotes.
    let folder = try ChildProcess.open(parts.folder, O_RDONLY | O_DIRECTORY)
    defer { close(folder) }
    var list = "ffconcat version 1.0\n"
    for (index, time) in times.enumerated() {
      list += "file file:/proc/\(getpid())/fd/\(folder)/\(VideoParts.fileName(of: index))\n"
      if index + 1 < times.count { list += "duration \((times[index + 1] - time).inSeconds)\n" }
    }
    do throws(FileError) {
      try AtomicFile.write(Data(list.utf8), to: parts.listPath)
    } catch {
      throw .file(error)
    }
    let outcome = try ChildProcess(
      FFmpeg.converter,
      FFmpeg.quiet + ["-y", "-copyts", "-itsoffset", (times.first ?? 0).inSeconds]
        + ["-protocol_whitelist", "file", "-f", "concat", "-safe", "0"]
        + ["-i", "file:\(FFmpeg.inputFile)"] + arguments
        + (end.map { ["-t", $0.inSeconds] } ?? []) + ["-f", container.muxer, FFmpeg.outputFile],
      input: ChildProcess.open(parts.listPath, O_RDONLY),
      output: ChildProcess.copy(of: draft.descriptor)
    ).wait()
    guard outcome.isSuccess else { throw .cannotWrite(path, reason: outcome.reason) }
    do throws(FileError) {
      try draft.commit()
    } catch {
      throw .file(error)
    }
  }

  /// A time as the part's own container has it.
  private func seconds(_ ticks: Int) -> Double {
    let time = Double(ticks) * timeBase.value
    return container.hasMilliseconds ? (time * 1000).rounded() / 1000 : time
  }
}
