import Foundation
import ImpastoNetworks
import TestSupport
import Testing

struct StylesTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder)
    try folder.makeModel()
  }

  @Test func `styles are listed in columns, the photo row left out`() throws {
    let outcome = try program.run("styles", "--model", "model.safetensors")
    #expect(outcome.exitCode == 0)
    #expect(
      outcome.output == """
        great-wave       A Title  An Artist  c. 1831
        hokusai-poppies  A Title  An Artist  c. 1831
        van-gogh-auvers  A Title  An Artist  c. 1831

        """)
  }

  @Test func `verbose adds where the paintings come from`() throws {
    let outcome = try program.run("styles", "--model", "model.safetensors", "--verbose")
    #expect(outcome.errors == "checkpoint model.safetensors\n")
    #expect(
      outcome.output.hasPrefix(
        "great-wave       A Title  An Artist  c. 1831  Public domain  A Museum\n"))
  }

  @Test func `styles as JSON carry all that is known of them`() throws {
    let outcome = try program.run("styles", "--json", "--model", "model.safetensors")
    let result = try outcome.json()
    #expect(Array(result.keys) == ["styles"])
    let styles = try #require(result["styles"] as? [[String: String]])
    #expect(styles.count == 3)
    #expect(
      styles.first == [
        "name": "great-wave", "title": "A Title", "artist": "An Artist", "year": "c. 1831",
        "licence": "Public domain", "source": "A Museum",
      ])
  }

  @Test func `model show tells what a checkpoint holds`() throws {
    let outcome = try program.run("model", "show", "model.safetensors")
    #expect(outcome.exitCode == 0)
    for line in [
      "network      8 layers of up to 4 channels",
      "weights      2808 shared, 62 per style",
      "rows         great-wave, hokusai-poppies, van-gogh-auvers, photo",
      "great-wave       A Title  An Artist  c. 1831",
    ] { #expect(outcome.output.contains("\(line)\n"), "\(line)") }
  }

  @Test func `model show as JSON names the same`() throws {
    let result = try program.run("model", "show", "model.safetensors", "--json").json()
    #expect(
      result.keys.sorted() == [
        "architecture", "bytes", "file", "fingerprint", "rows", "styles", "training", "weights",
        "weights_per_style",
      ])
    let architecture = try #require(result["architecture"] as? [String: Any])
    #expect((architecture["layers"] as? [[String: Any]])?.count == 8)
    #expect((result["fingerprint"] as? String)?.count == 64)
  }

  @Test func `model show prints the layers, and as JSON what describes them`() throws {
    let table = try program.run("model", "show", "model.safetensors", "--architecture")
    #expect(
      table.output == """
        layer         filter  channels  image              border     then
        encoder.1     9×9     3 → 4     as large           reflect 4  γ and β of the style, relu
        encoder.2     3×3     4 → 4     halved             reflect 1  γ and β of the style, relu
        encoder.3     3×3     4 → 4     halved             reflect 1  γ and β of the style, relu
        residual.1.1  3×3     4 → 4     as large           reflect 1  γ and β of the style, relu
        residual.1.2  3×3     4 → 4     as large           reflect 1  γ and β of the style, + encoder.3
        decoder.1     3×3     4 → 4     doubled (nearest)  reflect 1  γ and β of the style, relu
        decoder.2     3×3     4 → 4     doubled (nearest)  reflect 1  γ and β of the style, relu
        decoder.3     9×9     4 → 3     as large           reflect 4  γ and β of the style, sigmoid

        """)
    let json = try program.run("model", "show", "model.safetensors", "--architecture", "--json")
    #expect(
      try TransformArchitecture(json: Data(json.output.utf8))
        == TransformArchitecture(widths: [4, 4, 4], residualBlocks: 1))
  }

  @Test func `a file that is no checkpoint is refused by name`() throws {
    try Data("text".utf8).write(to: folder.url("a.safetensors"))
    let outcome = try program.run("model", "show", "a.safetensors")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("error: a.safetensors: "))
    #expect(outcome.output.isEmpty)
  }
}
