import Foundation
import ImpastoFiles

/// Encodes frames by ffmpeg into a file of their own.
///
/// The file appears whole once it is finished; without that nothing is left of it.
final class FrameEncoder {
  private let path: String
  private let draft: AtomicFile.Draft
  private let process: ChildProcess
  private let pipe: Int32
  private let stream: NUTWriter
  private var isPipeOpen = true

  deinit {
    process.kill()
    if isPipeOpen { close(pipe) }
    // Until its end it may make the file anew that is about to be removed.
    _ = process.wait()
  }

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - arguments: Those of ffmpeg between its input and its output.
  ///   - name: The name of the film in errors.
  /// - Throws: ``VideoError/file(_:)``, ``VideoError/notInstalled(_:)``,
  ///   ``VideoError/cannotWrite(_:reason:)``.
  init(
    to path: String, _ format: FrameFormat, _ arguments: [String], name: String
  ) throws(VideoError) {
    do throws(FileError) {
      draft = try AtomicFile.Draft(path)
    } catch {
      throw .file(error)
    }
    let (reading, writing) = try ChildProcess.pipe()
    let process = try ChildProcess(
      FFmpeg.converter,
      FFmpeg.quiet + ["-y", "-copyts", "-f", "nut", "-i", "pipe:0"] + arguments
        + [FFmpeg.outputFile], input: reading, output: ChildProcess.copy(of: draft.descriptor))
    (self.path, self.process, pipe) = (name, process, writing)
    do throws(NUTWriter.Failure) {
      stream = try NUTWriter(writing, format)
    } catch {
      let end = process.wait()
      close(writing)
      throw .cannotWrite(name, reason: end.reason)
    }
  }

  /// Encodes the next frame.
  ///
  /// - Throws: ``VideoError/cannotWrite(_:reason:)``.
  func append(_ frame: VideoFrame) throws(VideoError) {
    do throws(NUTWriter.Failure) {
      try stream.append(frame)
    } catch {
      throw .cannotWrite(path, reason: process.wait().reason)
    }
  }

  /// Ends ffmpeg from any thread, after which nothing is left of the file.
  var interruption: @Sendable () -> Void { { [process] in process.kill() } }

  /// Completes the file.
  ///
  /// - Throws: ``VideoError/cannotWrite(_:reason:)``, ``VideoError/file(_:)``.
  func finish() throws(VideoError) {
    isPipeOpen = false
    close(pipe)
    let outcome = process.wait()
    guard outcome.isSuccess else { throw .cannotWrite(path, reason: outcome.reason) }
    do throws(FileError) {
      try draft.commit()
    } catch {
      throw .file(error)
    }
  }
}
