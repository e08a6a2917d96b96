import CKernels
import Glibc

/// The program of this process, and its arguments.
package enum StartedProgram {
  /// The path of the program, also where a loader was started with it as an argument,
  /// `ld-linux-x86-64.so.2 ./impasto`; nil where the system does not tell.
  package static var path: String? {
    if let path = kernels_program_of_loader() { return String(cString: path) }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Starts the program anew with the environment as it is now; returns where it cannot.
  ///
  /// It is in this module, which otherwise computes, because only a program that has not loaded
  /// OpenMP yet can set it up, and all programs of the package need that.
  static func restart() {
    // A loader would take the first argument for the program.
    guard kernels_program_of_loader() == nil else { return }
    // Filters of system calls may end a process that starts a program.
    let filter = SystemFiles().entry("Seccomp:", in: "/proc/self/status") ?? 0
    if filter != 0, !kernels_may_start_programs() { return }
    execv("/proc/self/exe", CommandLine.unsafeArgv)
  }
}
