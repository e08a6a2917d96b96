import Foundation

/// The program that started this process as one of a job, as the environment tells of it.
public struct Launcher: Sendable {
  /// The library of MPI that goes with it.
  package let library: String
  /// The Debian package that has the library.
  package let package: String
  /// The number of this process in the job, from 0.
  public let rank: Int
  /// The number of processes in the job.
  public let size: Int

  /// The launcher of this process; nil where it was started by itself.
  public static let current = Launcher(environment: ProcessInfo.processInfo.environment)

  package init(library: String, package: String, rank: Int, size: Int) {
    (self.library, self.package, self.rank, self.size) = (library, package, rank, size)
  }

  /// Reads what mpirun, mpiexec and srun tell; nil where none of them does.
  package init?(environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    let (openMPI, mpich) = (("libmpi.so.40", "libopenmpi3"), ("libmpich.so.12", "libmpich12"))
    for (rank, size, (library, package)) in [
      ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", openMPI), ("PMI_RANK", "PMI_SIZE", mpich),
      ("PMIX_RANK", "SLURM_NTASKS", openMPI),
    ] {
      guard let rank = number(rank), let size = number(size) else { continue }
      self.init(library: library, package: package, rank: rank, size: size)
      return
    }
    return nil
  }
}
