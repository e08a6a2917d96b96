public import Foundation

/// A reason why a process cannot join the job that it was started in.
public enum ClusterError: Error, Equatable, Sendable {
  /// The library of MPI cannot be loaded; `reason` is the system's.
  case noLibrary(String, package: String, reason: String)
  /// A rank, called by its number and machine, has sent what this program does not understand.
  case otherProgram(String)
}

extension ClusterError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .noLibrary(let library, let package, let reason):
      """
      started in a job of MPI, but \(library) cannot be loaded (\(reason)); install \(package), or \
      start without mpirun
      """
    case .otherProgram(let rank):
      "\(rank): runs another version of this program; install the same one everywhere"
    }
  }

  public var errorDescription: String? { description }
}
