import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

/// What `impasto-bench` reports, whatever the times are.
struct ReportTests {
  private let hasBF16 = OneDNNBackend.hasBFloat16Arithmetic

  private var precisions: [String] { hasBF16 ? ["f32", "bf16"] : ["f32"] }

  private func number(_ row: [String: Any], _ key: String) throws -> Double {
    try #require(row[key] as? Double, "\(key) of \(row)")
  }

  /// Writes a small untrained checkpoint whose styles differ.
  private func writeModel(styles names: [String], to path: String) throws {
    let architecture = TransformArchitecture(widths: [4, 4, 4], residualBlocks: 1)
    let shape: Shape = [names.count, architecture.styleLength]
    let waves = (0..<shape.count).map { sin(Float($0)) / 2 }
    try StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 1),
      bank: StyleBank(
        names: names, scale: Tensor(waves.map { 1 + $0 }, shape: shape),
        shift: Tensor(waves, shape: shape)),
      styles: names.map { StyleDescription(name: $0) }
    ).write(to: path)
  }

  @Test func `ceilings are on top: arithmetic of each type, then bandwidth`() throws {
    let outcome = try BenchProgram.run(["--only", "ceilings", "--json"])
    #expect(outcome.exitCode == 0)
    let rows = try outcome.rows("ceilings")
    let names = rows.map { $0["name"] as? String }
    #expect(
      names == (hasBF16 ? ["bf16 arithmetic"] : []) + ["f32 arithmetic", "copying", "reading"])
    for row in rows {
      #expect(try number(row, "one_thread") > 1e8)
      #expect(try number(row, "all_threads") >= number(row, "one_thread"))
    }
    #expect(try outcome.json()["threads"] as? Int == ThreadBudget.available.count)
  }

  @Test func `every kernel matches its formula`() throws {
    let outcome = try BenchProgram.run([
      "--only", "kernels", "--size", "16,64", "--runs", "1", "--json",
    ])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let rows = try outcome.rows("kernels")
    #expect(Set(rows.compactMap { $0["use"] as? String }) == ["stylize", "train", "losses"])
    #expect(Set(rows.compactMap { $0["precision"] as? String }) == Set(precisions))
    for row in rows {
      let isExact = row["precision"] as? String == "f32"
      #expect(try number(row, "error") <= (isExact ? 5e-5 : 5e-3), "\(row)")
    }
    let statistics = try #require(rows.first { $0["kernel"] as? String == "statistics" })
    #expect(statistics["shape"] as? String == "1×64×64×32")
    #expect(try number(statistics, "amount") == 64 * 64 * 32 * 4 / 1e9)
    #expect(statistics["unit"] as? String == "GB/s")
  }

  @Test func `a stylisation stands beside its roofline`() throws {
    let outcome = try BenchProgram.run([
      "--only", "stylize", "--size", "32", "--runs", "1", "--json",
    ])
    #expect(outcome.exitCode == 0)
    let rows = try outcome.rows("stylize")
    #expect(rows.map { $0["precision"] as? String } == precisions)
    for row in rows {
      #expect(try number(row, "gflop") == 266_624 * 32 * 32 / 1e9)
      let roofline = try #require(row["roofline"] as? [String: Any])
      #expect(try number(roofline, "layer_by_layer") >= number(roofline, "overlapped"))
    }
  }

  @Test func `a trial in a process of its own reports its time and memory`() throws {
    let outcome = try BenchProgram.run([
      "--solo-trial",
      #"{"size": 32, "styles": 3, "blend": 2, "threads": 1, "precision": "f32"}"#,
    ])
    #expect(outcome.exitCode == 0)
    let report = try outcome.json()
    #expect(try number(report, "seconds") > 0)
    #expect(try number(report, "peakBytes") > 1e7)
  }

  @Test func `neighbours are measured against a fair share`() throws {
    let processors = ThreadBudget.available.count
    let outcome = try BenchProgram.run([
      "--only", "neighbours", "--size", "16", "--runs", "1", "--precision", "f32", "--busy", "2",
      "--json",
    ])
    #expect(outcome.exitCode == 0)
    let row = try #require(try outcome.rows("neighbours").first)
    #expect(row["busy_processes"] as? Int == 2)
    #expect(try number(row, "fair_slowdown") == Double(processors + 2) / Double(processors))
    #expect(try number(row, "times_fair_share") > 0)
  }

  @Test(.enabled(if: OneDNNBackend.hasBFloat16Arithmetic))
  func `accuracy sums up each style and all of them`() throws {
    let folder = try TemporaryFolder()
    try writeModel(styles: ["dots", "waves"], to: folder.file("model.safetensors"))
    for name in ["a.png", "b.png"] {
      let levels = (0..<40 * 24 * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 + name.count) }
      try Image(width: 40, height: 24, pixels: levels).write(to: folder.file(name))
    }

    let arguments = [
      "--only", "accuracy", "--photos", folder.path, "--model", folder.file("model.safetensors"),
    ]
    let outcome = try BenchProgram.run(arguments + ["--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try outcome.rows("accuracy")
    #expect(rows.map { $0["style"] as? String } == ["dots", "waves", "all"])
    #expect(rows.map { $0["pictures"] as? Int } == [2, 2, 4])
    let leasts = try rows.map { try number($0, "least_psnr") }
    #expect(leasts[2] == min(leasts[0], leasts[1]))
    for row in rows { #expect(try number(row, "mean_psnr") >= number(row, "least_psnr")) }

    let unknown = try BenchProgram.run(arguments + ["--styles", "dots,stripes"])
    #expect(unknown.exitCode == 64)
    #expect(
      unknown.errors.hasPrefix(
        "Error: --styles: no style is named “stripes”; `impasto styles` lists those there are\n"))
  }

  @Test func `films are measured by clips of known motion`() throws {
    let folder = try TemporaryFolder()
    try writeModel(styles: ["dots"], to: folder.file("model.safetensors"))
    let levels = (0..<64 * 64 * 3).map { place in
      let (column, row) = (Double(place % 192), Double(place / 192))
      return UInt8(128 + 60 * sin(column / 11) + 60 * sin(row / 5))
    }
    try Image(width: 64, height: 64, pixels: levels).write(to: folder.file("a.png"))
    let outcome = try BenchProgram.run([
      "--only", "video", "--photos", folder.path, "--model", folder.file("model.safetensors"),
      "--size", "64", "--json",
    ])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try outcome.rows("steadiness")
    #expect(rows.map { $0["clip"] as? String } == ["still", "pan 1", "pan 2", "pan 3", "turn"])
    for row in rows {
      #expect(try number(row, "steady_change") > 0 && number(row, "edges") > 0)
      #expect(row["style_loss"] == nil, "there are no paintings")
    }
    // The film of a pan moves and does nothing else.
    #expect(try number(rows[1], "film_change") == 0 && number(rows[0], "film_change") > 2)
    #expect(try outcome.rows("trails").count == 1)
    let drift = try #require(try outcome.rows("drift").first)
    #expect(drift["frames"] as? Int == 300)
    #expect(try number(drift, "color") < 3)
  }

  @Test(.enabled(if: OneDNNBackend.hasBFloat16Arithmetic))
  func `a photo too small to stylise is named`() throws {
    let folder = try TemporaryFolder()
    try writeModel(styles: ["plain"], to: folder.file("model.safetensors"))
    try Image(width: 12, height: 8, pixels: [UInt8](repeating: 0, count: 288))
      .write(to: folder.file("tiny.png"))
    let outcome = try BenchProgram.run([
      "--only", "accuracy", "--photos", folder.path, "--model", folder.file("model.safetensors"),
    ])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        Error: \(folder.path)/tiny.png: the picture is 12×8 pixels, and 16×16 is the least; use a \
        larger one

        """)
  }
}
