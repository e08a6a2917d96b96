import CCeilings
import Glibc
import ImpastoCompute
import ImpastoTensors

/// The limits of this machine.
struct Ceilings {
  /// Operations a second by the type of the numbers; bf16 only where the processor has it.
  let arithmetic: [ScalarType: Ceiling]
  /// Bytes read and bytes written, both counted.
  let copying: Ceiling
  let reading: Ceiling

  /// All of them, as they are printed.
  var rows: [Ceiling] {
    [ScalarType.bfloat16, .float32].compactMap { arithmetic[$0] } + [copying, reading]
  }
}

/// The limit of this machine for one kind of work.
struct Ceiling: Report.Row {
  enum Unit: String, Encodable {
    case operations = "GFLOP/s"
    case bytes = "GB/s"
  }

  let name, means: String
  /// Operations or bytes a second.
  let oneThread, allThreads: Double
  let unit: Unit

  static let header = ["ceiling", "by means of", "one thread", "all threads", ""]
  static let nameColumns = 2

  var columns: [String] {
    [name, means, (oneThread / 1e9).text(1), (allThreads / 1e9).text(1), unit.rawValue]
  }
}

extension Ceilings {
  /// Measures each with one thread and with all.
  init(threads: ThreadBudget) {
    let instructions: [ScalarType: ceilings_instruction] = [
      .float32: ceilings_fastest_f32(), .bfloat16: ceilings_fastest_bf16(),
    ]
    var arithmetic: [ScalarType: Ceiling] = [:]
    for (type, instruction) in instructions where instruction != ceilings_no_instruction {
      arithmetic[type] = Ceiling(
        "\(type.rawValue) arithmetic", means: instruction.name, .operations, threads
      ) { threads, _ in ceilings_multiply(instruction, 300_000_000, threads) }
    }
    self.arithmetic = arithmetic

    // Far more than caches hold; a pass moves on by a part.
    let (blocks, part) = (Int64(256), Int64(16))
    let memory = ceilings_allocate(blocks)
    defer { ceilings_free(memory) }
    copying = Ceiling("copying", means: "stores past the caches", .bytes, threads) {
      ceilings_copy(memory, $1 * part % blocks, part, $0)
    }
    reading = Ceiling("reading", means: "sums", .bytes, threads) {
      ceilings_read(memory, $1 * part % blocks, part, $0)
    }
  }
}

extension Ceiling {
  /// Measures how fast `work` gets done.
  ///
  /// - Parameter work: Works on some threads, is told how often it has done so before, and returns
  ///   how much it has done.
  fileprivate init(
    _ name: String, means: String, _ unit: Unit, _ threads: ThreadBudget,
    work: (Int32, Int64) -> Int64
  ) {
    func bestRate(_ threads: Int) -> Double {
      let clock = ContinuousClock()
      let end = clock.now + .milliseconds(300)
      var best = 0.0
      var passes: Int64 = 0
      repeat {
        var done: Int64 = 0
        let duration = clock.measure { done = work(Int32(threads), passes) }
        best = max(best, Double(done) / (duration / .seconds(1)))
        passes += 1
        // After a rest all threads are sooner given a processor at once.
        usleep(3000)
      } while clock.now < end
      return best
    }
    let oneThread = bestRate(1)
    self.init(
      name: name, means: means, oneThread: oneThread,
      allThreads: threads.count == 1 ? oneThread : max(oneThread, bestRate(threads.count)),
      unit: unit)
  }
}

extension ceilings_instruction {
  /// Its name and the units that it belongs to.
  fileprivate var name: String {
    switch self {
    case ceilings_avx2_f32: "vfmadd (AVX2)"
    case ceilings_avx512_f32: "vfmadd (AVX-512)"
    case ceilings_avx512_bf16: "vdpbf16ps (AVX-512)"
    case ceilings_amx_bf16: "tdpbf16ps (AMX)"
    default: "vectors of four"
    }
  }
}
