import CKernels
import Glibc

/// The team of threads that oneDNN and the fused loops share: that of the OpenMP library.
///
/// OpenBLAS brings a team of its own; it should not wake before the reference backend asks for it.
public enum ThreadTeam {
  /// How often a thread that waits for work looks again before it lets the system suspend it: some
  /// tens of microseconds, as long as it takes to get from one loop to the next.
  private static let patience = "5000"

  /// Starts the running program anew with threads that wait briefly; a program calls it first.
  ///
  /// Left to itself the library lets threads look for work for milliseconds. On a processor that
  /// other programs use too, they then take from each other the time that the one still working
  /// needs: a picture takes up to twice as long. The library reads its settings before `main`
  /// does, so that only a new start can change them; it takes about 10 ms. A user's own choice,
  /// `OMP_WAIT_POLICY` or `GOMP_SPINCOUNT`, is left alone. OpenBLAS is told at this occasion which
  /// instructions are in use, where these are not all that the processor has.
  public static func restartWithPatience() {
    guard getenv("OMP_WAIT_POLICY") == nil, getenv("GOMP_SPINCOUNT") == nil else { return }
    setenv("GOMP_SPINCOUNT", patience, 1)
    // Else OpenBLAS starts threads when it is loaded, and they look for work for a while.
    setenv("OPENBLAS_NUM_THREADS", "1", 0)
    if let core = InstructionSet.current.openBLASCore { setenv("OPENBLAS_CORETYPE", core, 0) }
    // Where there is no new start the program goes on as it is: slower under load, no worse.
    StartedProgram.restart()
  }

  /// Calls `body` with each number of 0..<`count`, in about that order, on up to `threads` threads,
  /// and returns when all is done.
  ///
  /// Arithmetic that `body` does should be limited to one thread.
  package static func forEach(
    _ count: Int, threads: ThreadBudget, _ body: @Sendable (Int) -> Void
  ) {
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        kernels_parallel(
          Int64(count), Int32(threads.count),
          { body, piece in
            body.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(Int(piece))
          }, body)
      }
    }
  }
}
