import CLibFuzzer
import Foundation
import ImpastoImporting
import ImpastoNetworks

/// `impasto-fuzz READER [OPTION …] [CORPUS …]`: hands hostile bytes to a reader, for as long as
/// libFuzzer's options say.
///
/// `impasto-fuzz --export IMPORTED EXPORTED` imports a network and exports it, for an input to begin with
/// that no other program writes.
@main
struct Fuzzing {
  static func main() {
    let words = CommandLine.arguments
    if words.count == 4, words[1] == "--export" { return export(words[2], to: words[3]) }
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

  private static func export(_ path: String, to output: String) {
    do {
      let network = try ForeignNetwork(contentsOf: path)
      let styles = (0..<network.styleCount).map { StyleDescription(name: "style-\($0)") }
      try network.model(styles: styles).exportONNX(to: output)
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
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
