import Foundation
import Testing

/// The program as the ranks of a job, which Open MPI starts on this machine.
package struct Job {
  private let program: Program

  /// Prepares jobs of `program`.
  package init(_ program: Program) throws {
    let path = "/usr/bin/mpirun"
    try #require(
      FileManager.default.isExecutableFile(atPath: path),
      "these tests start jobs of Open MPI; apt-get install openmpi-bin")
    self.program = program
    mpirun = program
    mpirun.executable = path
    // Started as root, on few processors, in a container that has no shared memory of other
    // processes, and without a network.
    mpirun.environment.merge([
      "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
      "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
      "OMPI_MCA_btl": "self,vader", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
      "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_plm": "isolated",
      "OMPI_MCA_oob_tcp_if_include": "lo",
    ]) { $1 }
  }

  private var mpirun: Program

  /// Starts as many ranks as there are lists of arguments, each with its own.
  package func start(_ ranks: [[String]], variables: [[String]] = []) throws -> Program.Running {
    let parts = ranks.enumerated().map { rank, arguments in
      let variables = rank < variables.count ? variables[rank].flatMap { ["-x", $0] } : []
      return ["-n", "1"] + variables + [program.executable] + arguments
    }
    return try mpirun.start(Array(parts.joined(separator: [":"])))
  }

  /// Starts `count` ranks with the same arguments.
  package func start(_ count: Int, _ arguments: [String]) throws -> Program.Running {
    try mpirun.start(["-n", "\(count)", program.executable] + arguments)
  }

  /// Runs `count` ranks with the same arguments to their end.
  package func run(_ count: Int, _ arguments: [String]) throws -> Program.Outcome {
    try start(count, arguments).finish()
  }
}

extension Program.Running {
  /// The processes that this one has started, in order.
  package var children: [Int32] {
    let path = "/proc/\(process.processIdentifier)/task/\(process.processIdentifier)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }
}
