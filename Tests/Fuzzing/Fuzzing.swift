import CLibFuzzer
import Foundation

/// `impasto-fuzz READER [OPTION …] [CORPUS …]`: hands hostile bytes to a reader, for as long as
/// libFuzzer's options say.
@main
struct Fuzzing {
  static func main() {
    let names = Reader.allCases.map(\.rawValue)
    guard let name = CommandLine.arguments.dropFirst().first, let reader = Reader(rawValue: name)
    else {
      let usage = "usage: impasto-fuzz READER [OPTION ...] [CORPUS ...]\n"
      FileHandle.standardError.write(Data((usage + names.joined(separator: " ") + "\n").utf8))
      exit(64)
    }
    // libFuzzer takes what follows the reader's name for its own.
    let arguments = [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var count = Int32(arguments.count)
    chosen = reader
    signal(SIGPROF) { _ in abort() }
    pointers.withUnsafeMutableBufferPointer { pointers in
      var start = pointers.baseAddress
      exit(
        LLVMFuzzerRunDriver(&count, &start) { bytes, count in
          if let bytes { Fuzzing.read(Data(bytes: bytes, count: count)) }
          return 0
        })
    }
  }

  /// Reads an input, and aborts after 10 seconds that the processor works at it.
  ///
  /// libFuzzer itself looks at the clock, by which any input may take long on a busy machine.
  private static func read(_ bytes: Data) {
    var limit = itimerval()
    limit.it_value.tv_sec = 10
    setitimer(Int32(ITIMER_PROF.rawValue), &limit, nil)
    chosen.read(bytes)
  }

  /// Set once, before libFuzzer calls what cannot capture it.
  nonisolated(unsafe) private static var chosen = Reader.png
}
