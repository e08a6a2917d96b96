import Foundation
import ImpastoCompute
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import Testing

@Suite struct StyleModelTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "impasto-models-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  @Test func `a model is read as it was written`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = RandomModel.make(["first", "second", StyleBank.photoName])
    let path = folder.appending(path: "model.safetensors").path
    try model.write(to: path)
    let copy = try StyleModel(contentsOf: path)
    #expect(copy.network.architecture == model.network.architecture)
    #expect(
      copy.network.filters.map(\.weights.scalars) == model.network.filters.map(\.weights.scalars))
    #expect(copy.bank.names == model.bank.names)
    #expect(copy.bank.scale.scalars == model.bank.scale.scalars)
    #expect(copy.bank.shift.scalars == model.bank.shift.scalars)
    #expect(copy.styles == model.styles)
    #expect(copy.thumbnails == model.thumbnails)
    #expect(copy.trainingSettings == model.trainingSettings)
    #expect(copy.fingerprint == model.fingerprint)
  }

  @Test func `the fingerprint is that of the shared weights alone`() {
    let (model, other) = (RandomModel.make(["first"]), RandomModel.make(["second", "third"]))
    #expect(model.fingerprint == other.fingerprint)
    #expect(model.fingerprint != RandomModel.make(["first"], seed: 8).fingerprint)
  }

  /// A way to damage a checkpoint, and the reason for which it must be refused.
  struct Damage: CustomTestStringConvertible {
    let reason: String
    let inflict: @Sendable (inout NamedTensors) -> Void
    var testDescription: String { reason }
  }

  static let damages = [
    Damage(reason: "its metadata does not say “format”: “impasto”") { $0.metadata = [:] },
    Damage(reason: "its metadata does not say “format”: “impasto”") {
      $0.metadata["format"] = "pt"
    },
    Damage(reason: "its metadata does not say its “format_version”") {
      $0.metadata["format_version"] = nil
    },
    Damage(reason: "its metadata lacks “architecture”") { $0.metadata["architecture"] = nil },
    Damage(reason: "its “architecture” describes no network: it is not JSON") {
      $0.metadata["architecture"] = ""
    },
    Damage(
      reason: "its “architecture” describes no network: it does not say “format”: "
        + "“impasto-architecture”"
    ) {
      $0.metadata["architecture"] = #"{"widths":[8,12,16],"residualBlocks":2}"#
    },
    Damage(reason: "its metadata lacks a readable “architecture”") {
      $0.metadata["format_version"] = "1"
      $0.metadata["architecture"] = #"{"widths":[8,12,16]"#
    },
    Damage(reason: "the tensor “network.encoder.2.weight” is missing") {
      $0.tensors["network.encoder.2.weight"] = nil
    },
    Damage(reason: "its metadata lacks a readable “rows”") { $0.metadata["rows"] = "7" },
    Damage(reason: "its metadata lacks a readable “styles”") {
      $0.metadata["styles"] = #"[{"name":"first"}]"#
    },
    Damage(reason: "its metadata lacks a readable “training”") { $0.metadata["training"] = "" },
    Damage(reason: "its metadata lacks a readable “style_training”") {
      $0.metadata["style_training"] = #"{"first":"steps"}"#
    },
    Damage(reason: "its metadata lacks a readable “exponents”") {
      $0.metadata["exponents"] = #"{"encoder.1":127}"#
    },
    Damage(reason: "its metadata lacks a readable “exponents”") {
      $0.metadata["exponents"] = #"{"encoder.1":0.5}"#
    },
    Damage(reason: "“network.encoder.1.weight” holds numbers that are not finite") {
      $0.tensors["network.encoder.1.weight"] = Tensor(repeating: 1e30, shape: [8, 9, 9, 3])
      $0.metadata["exponents"] = #"{"encoder.1":-126}"#
    },
    Damage(reason: "its metadata lacks a readable “thumbnails”") {
      $0.metadata["thumbnails"] = #"{"first":"not base64!"}"#
    },
    Damage(reason: "its 2 rows do not match its 2 styles") {
      $0.metadata["rows"] = #"["first","other"]"#
    },
    Damage(reason: "its 0 rows do not match its 0 styles") {
      $0.metadata["rows"] = "[]"
      $0.metadata["styles"] = "[]"
    },
    Damage(reason: "the tensor “network.encoder.2.weight” is missing") {
      $0.tensors["network.encoder.2.weight"] = nil
    },
    Damage(reason: "the tensor “style.second.gamma” is missing") {
      $0.tensors["style.second.gamma"] = nil
    },
    Damage(reason: "“style.first.beta” is f32 [2×3], not f32 [123]") {
      $0.tensors["style.first.beta"] = Tensor(zeros: [2, 3])
    },
    Damage(reason: "“network.decoder.3.weight” is bf16 [3×9×9×8], not f32 [3×9×9×8]") {
      $0.tensors["network.decoder.3.weight"] = Tensor(zeros: [3, 9, 9, 8], .bfloat16)
    },
    Damage(reason: "“network.encoder.1.weight” holds numbers that are not finite") {
      $0.tensors["network.encoder.1.weight"] = Tensor(repeating: .nan, shape: [8, 9, 9, 3])
    },
    Damage(reason: "“style.first.gamma” holds numbers that are not finite") {
      $0.tensors["style.first.gamma"] = Tensor(repeating: .infinity, shape: [123])
    },
    Damage(reason: "its weights do not match their fingerprint") {
      $0.tensors["network.encoder.1.weight"] = Tensor(zeros: [8, 9, 9, 3])
    },
  ]

  @Test(arguments: damages)
  func `a damaged checkpoint is refused with the reason`(_ damage: Damage) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try damaged(damage.inflict)
    #expect(throws: StyleModelError.notModel(path, reason: damage.reason)) {
      try StyleModel(contentsOf: path)
    }
  }

  @Test(arguments: [
    #"{"widths":[8,12],"residualBlocks":2}"#, #"{"widths":[8,12,0],"residualBlocks":2}"#,
    #"{"widths":[8,12,-1],"residualBlocks":2}"#, #"{"widths":[8,12,16],"residualBlocks":0}"#,
    #"{"widths":[9223372036854775807,12,16],"residualBlocks":2}"#,
    #"{"widths":[8,12,16],"residualBlocks":1000000000}"#,
  ])
  func `an architecture that cannot be built is refused`(_ architecture: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try damaged {
      $0.metadata["format_version"] = "1"
      $0.metadata["architecture"] = architecture
    }
    let error = #expect(throws: StyleModelError.self) { try StyleModel(contentsOf: path) }
    guard case .notModel(path, let reason) = error else {
      Issue.record("\(architecture) is refused as \(String(describing: error))")
      return
    }
    #expect(reason.hasSuffix("cannot be built"))
  }

  @Test func `a checkpoint of the first format opens as the same network`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try damaged {
      $0.metadata["format_version"] = "1"
      $0.metadata["architecture"] = #"{"residualBlocks":2,"widths":[8,12,16]}"#
    }
    let (old, new) = (
      try StyleModel(contentsOf: path), RandomModel.make(["first", "second"])
    )
    #expect(old.network.architecture == new.network.architecture)
    #expect(old.fingerprint == new.fingerprint)
    #expect(try old.picture(StyleMixture("first")) == new.picture(StyleMixture("first")))
  }

  @Test func `a checkpoint of a later format asks for a newer program`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try damaged { $0.metadata["format_version"] = "3" }
    let error = #expect(throws: StyleModelError.unsupportedVersion(path, found: "3")) {
      try StyleModel(contentsOf: path)
    }
    #expect(
      error?.description
        == "\(path): a style model of format 3, and this program reads formats 1 and 2; use the version "
        + "of impasto that wrote it or a newer one")
  }

  @Test func `a mixture weighs the rows of its styles`() throws {
    let model = RandomModel.make(["first", "second", StyleBank.photoName])
    let mixture = try StyleMixture(parsing: "second:3,photo:1")
    #expect(try model.weights(of: mixture) == [0, 0.75, 0.25])
    for text in ["third", "second:1,third:0", "third:1e-46,second:1"] {
      #expect(throws: StyleModelError.unknownStyle("third", known: ["first", "second"])) {
        try model.weights(of: StyleMixture(parsing: text))
      }
    }
  }

  @Test func `a mixture with all weight on one style equals that style`() throws {
    let model = RandomModel.make(["first", "second"])
    let alone = try model.picture(StyleMixture("second"))
    #expect(try model.picture(StyleMixture(parsing: "first:0,second:5")) == alone)
    #expect(try model.picture(StyleMixture("first")) != alone)
  }

  @Test func `a picture does not depend on the other styles of the bank`() throws {
    let small = RandomModel.make(["first"])
    let large = RandomModel.make(["first", "second", StyleBank.photoName])
    #expect(
      try small.picture(StyleMixture("first")) == large.picture(StyleMixture("first")))
  }

  @Test func `a picture does not depend on the other photos of the batch`() throws {
    let model = RandomModel.make(["first", "second"])
    let levels = RandomModel.levels(count: 2 * 16 * 20 * 3)
    let both = try model.pictures([[1, 0], [0.5, 0.5]], of: levels)
    let second = try model.pictures([[0.5, 0.5]], of: Array(levels[(16 * 20 * 3)...]))
    #expect(Array(both[(16 * 20 * 3)...]) == second)
  }

  private func damaged(_ inflict: (inout NamedTensors) -> Void) throws -> String {
    let path = folder.appending(path: "model.safetensors").path
    try RandomModel.make(["first", "second"]).write(to: path)
    var file = try Safetensors.read(path)
    inflict(&file)
    try Safetensors.write(file, to: path)
    return path
  }
}
