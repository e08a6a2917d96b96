import CKernels
import Glibc

/// The team of threads that oneDNN and the fused loops share: that of the OpenMP library.
///
/// OpenBLAS brings a team of its own; it should not wake before the reference backend asks for it.
public enum ThreadTeam {
  /// The number of times that a thread looks for new work before the system suspends it: some tens
  /// of microseconds, as long as it takes to get from one loop to the next.
  private static let patience = "5000"

  /// Restarts the running program with threads that poll only briefly for work; a program calls it
  /// first.
  ///
  /// By default the OpenMP library lets idle threads poll for work for milliseconds. On a processor
  /// that other programs use too, idle threads then take the time that the working one needs: a
  /// picture takes up to twice as long. The library reads its settings before `main`
  /// does, so that only a new start can change them; it takes about 10 ms. A user's own choice,
  /// `OMP_WAIT_POLICY` or `GOMP_SPINCOUNT`, is left alone. The restart also tells OpenBLAS the
  /// instructions in use, where these are not all that the processor has.
  public static func restartWithBriefWaiting() {
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
