import ImpastoCluster
import Testing

@Suite struct LauncherTests {
  @Test func `a process that was started by itself has no launcher`() {
    #expect(Launcher(environment: ["PATH": "/bin", "SLURM_NTASKS": "4"]) == nil)
  }

  @Test(arguments: [
    ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "2"],
    ["PMIX_RANK": "2", "SLURM_NTASKS": "4"],
  ])
  func `Open MPI and Slurm with PMIx start processes of Open MPI`(environment: [String: String]) {
    let launcher = Launcher(environment: environment)
    #expect(launcher?.library == "libmpi.so.40")
    #expect(launcher?.rank == 2)
    #expect(launcher?.size == 4)
  }

  @Test func `hydra starts processes of MPICH`() {
    let launcher = Launcher(environment: ["PMI_RANK": "0", "PMI_SIZE": "1"])
    #expect(launcher?.library == "libmpich.so.12")
    #expect(launcher?.rank == 0)
    #expect(launcher?.size == 1)
  }

  @Test func `a library that is not there is named, with the package that has it`() throws {
    let launcher = Launcher(library: "libnone.so.1", package: "none", rank: 0, size: 1)
    let error = #expect(throws: ClusterError.self) { try Communicator.joined(by: launcher) }
    #expect(
      error?.description == """
        started in a job of MPI, but libnone.so.1 cannot be loaded (libnone.so.1: cannot open shared \
        object file: No such file or directory); install none, or start without mpirun
        """)
  }

  @Test func `a library that is not MPI is refused`() throws {
    let launcher = Launcher(library: "libm.so.6", package: "none", rank: 0, size: 1)
    #expect(
      throws: ClusterError.noLibrary(
        "libm.so.6", package: "none", reason: "it lacks functions of MPI")
    ) { try Communicator.joined(by: launcher) }
  }
}
