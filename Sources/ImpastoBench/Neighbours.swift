import Foundation
import ImpastoCompute
import ImpastoStylizing
import ImpastoTensors

/// The stylisation of one picture, alone and while other programs keep processors busy.
struct NeighbourRow: Report.Row {
  let size: Int
  let precision: String
  let busyProcesses: Int
  let alone, beside: Timing
  /// The time with a fair share of the processors, as a multiple of that with all of them.
  let fairSlowdown: Double
  /// The measured time as a multiple of that with a fair share.
  let timesFairShare: Double

  static let header =
    ["size", "type", "busy"] + Timing.header.map { "alone: " + $0 }
    + Timing.header.map { "beside: " + $0 } + ["fair", "× fair share"]
  static let nameColumns = 2

  var columns: [String] {
    ["\(size)×\(size)", precision, "\(busyProcesses)"] + alone.columns + beside.columns
      + ["\(fairSlowdown.text(2))×", timesFairShare.text(2)]
  }
}

/// The fair share of processors where more threads want to run than there are processors.
package enum FairShare {
  /// The time of `threads` threads beside `busy` processes of one thread each, as a multiple of the
  /// time alone, if all threads get equal shares of the `processors`.
  ///
  /// Alone each of them has a processor; beside others it has `processors / (threads + busy)` of
  /// one, and never more than one.
  package static func slowdown(threads: Int, busy: Int, processors: Int) -> Double {
    max(1, Double(threads + busy) / Double(processors))
  }
}

extension Workbench {
  /// Measures stylising in turns with and without `busy` other processes, each of which computes
  /// all the time.
  func measureNeighbours(busy: Int, _ report: inout Report) throws {
    let fairSlowdown = FairShare.slowdown(
      threads: backend.threads.count, busy: busy, processors: ThreadBudget.available.count)
    var rows: [NeighbourRow] = []
    let mixture = try subject.mixture()
    for size in sizes ?? [256] {
      let picture = subject.picture(size: size)
      for type in precisions {
        let stylizer = subject.stylizer(on: backend, type)
        let paint = { _ = try stylizer.stylize(picture, with: mixture) }
        try paint()
        var (alone, beside) = ([Double](), [Double]())
        // A share is settled over many turns of the processors, so that one picture says little.
        for _ in 0..<runs {
          alone += try Timing.samples(of: paint, lasting: .milliseconds(200))
          let neighbours = try BusyProcesses(count: busy)
          defer { neighbours.stop() }
          beside += try Timing.samples(of: paint, lasting: .milliseconds(400))
        }
        let timings = (alone: Timing(alone), beside: Timing(beside))
        rows.append(
          NeighbourRow(
            size: size, precision: type.rawValue, busyProcesses: busy, alone: timings.alone,
            beside: timings.beside, fairSlowdown: fairSlowdown,
            timesFairShare: timings.beside.median / timings.alone.median / fairSlowdown))
      }
    }
    report.add(rows, to: \.neighbours, title: "Stylize beside \(busy) busy processes")
  }
}

/// Programs that keep one processor busy each until they are stopped.
private struct BusyProcesses {
  /// Looks now and then whether the program that wanted it is still there.
  private static let script = """
    while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done; done
    """
  private let processes: [Process]

  init(count: Int) throws {
    processes = try (0..<count).map { _ in
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", Self.script]
      try process.run()
      return process
    }
  }

  func stop() {
    // SIGTERM would wait for ever where this program was started with it blocked.
    for process in processes { kill(process.processIdentifier, SIGKILL) }
    for process in processes { process.waitUntilExit() }
  }
}
