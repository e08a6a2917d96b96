import Foundation
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

@Suite struct StyleFileTests {
  private let folder: TemporaryFolder
  private let model = RandomModel.make(["first", "second", StyleBank.photoName])

  init() throws { folder = try TemporaryFolder() }

  private func export(_ name: String = "first") throws -> String {
    let path = folder.file(name + StyleFile.nameSuffix)
    try model.exportStyle(named: name, to: path)
    return path
  }

  @Test func `a style file is read as it was written`() throws {
    let file = try StyleFile(contentsOf: export())
    #expect(try file.style == model.style(named: "first"))
    #expect(file.fingerprint == model.fingerprint)
    try file.write(to: folder.file("copy"))
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: folder.file("copy")))
        == Data(contentsOf: URL(fileURLWithPath: folder.file("first.style.safetensors"))))
  }

  @Test func `a style paints the same after its journey to another checkpoint`() throws {
    let path = try export("second")
    let other = try RandomModel.make(["third", "photo"]).importingStyle(from: path)
    #expect(other.bank.names == ["third", "second", "photo"])
    #expect(try other.style(named: "second") == model.style(named: "second"))
    for mixture in ["second", "second:1,photo:1"] {
      let mixture = try StyleMixture(parsing: mixture)
      #expect(try other.picture(mixture) == model.picture(mixture))
    }
    let renamed = try model.importingStyle(from: path, as: "again")
    #expect(
      try renamed.picture(StyleMixture("again")) == model.picture(StyleMixture("second")))
  }

  // MARK: Refusals

  private func refusal(
    of path: String, by model: StyleModel, as name: String? = nil
  ) throws -> String {
    let error = #expect(throws: StyleModelError.self) {
      try model.importingStyle(from: path, as: name)
    }
    return try #require(error).description
  }

  @Test func `a name that is taken asks for another`() throws {
    let path = try export()
    #expect(
      try refusal(of: path, by: model) == """
        \(path): this very style is here already, as “first”; import it under another name with \
        --as NAME
        """)
    let other = try RandomModel.make(["second"]).renaming("second", to: "first")
    #expect(
      try refusal(of: path, by: other) == """
        \(path): a style is named “first” already; import it under another name with --as NAME
        """)
    #expect(
      try refusal(of: path, by: model, as: "second")
        == "a style is named “second” already; choose another name")
    #expect(
      try refusal(of: path, by: model, as: "photo")
        == "“photo” is not a style but the row that returns the photo itself; choose another name")
  }

  @Test func `a style of another network is refused with both fingerprints`() throws {
    let path = try export()
    let other = RandomModel.make(["third"], seed: 8)
    #expect(
      try refusal(of: path, by: other) == """
        \(path): a style of the network \(model.fingerprint), which does not fit the network \
        \(other.fingerprint); import it into a checkpoint of its own network, or learn its \
        painting here with `impasto add-style`
        """)
  }

  @Test func `files taken for each other are told apart, and the right command is named`() throws {
    let (style, checkpoint) = (try export(), folder.file("model.safetensors"))
    try model.write(to: checkpoint)
    #expect(
      try refusal(of: checkpoint, by: model) == """
        \(checkpoint): a checkpoint, where a style file is expected; take a style out of it with \
        `impasto styles export NAME --model \(checkpoint)`
        """)
    let error = #expect(throws: StyleModelError.isStyleFile(style)) {
      try StyleModel(contentsOf: style)
    }
    #expect(
      error?.description == """
        \(style): a style file, where a checkpoint is expected; add it to a checkpoint with \
        `impasto styles import \(style)`
        """)
  }

  /// A way to damage a style file, and the reason for which it must be refused.
  struct Damage: CustomTestStringConvertible {
    let reason: String
    let inflict: @Sendable (inout NamedTensors) -> Void
    var testDescription: String { reason }
  }

  static let damages = [
    Damage(reason: "its metadata does not say “format”: “impasto-style”") { $0.metadata = [:] },
    Damage(reason: "its metadata does not say “format”: “impasto-style”") {
      $0.metadata["format"] = "pt"
    },
    Damage(reason: "its metadata lacks a readable “fingerprint”") {
      $0.metadata["fingerprint"] = nil
    },
    Damage(reason: "its metadata lacks a readable “fingerprint”") {
      $0.metadata["fingerprint"] = String(repeating: "\u{1B}", count: 64)
    },
    Damage(reason: "its metadata lacks a readable “style”") { $0.metadata["style"] = "{" },
    Damage(reason: "its metadata lacks a readable “style”") {
      $0.metadata["style"] = #"{"name":"first"}"#
    },
    Damage(reason: "its name cannot name a style") { file in
      file.metadata["style"] = file.metadata["style"]?.replacing("first", with: "../first")
    },
    Damage(reason: "its name cannot name a style") { file in
      file.metadata["style"] = file.metadata["style"]?.replacing("first", with: "photo")
    },
    Damage(reason: "its metadata lacks a readable “thumbnail”") {
      $0.metadata["thumbnail"] = "not base64!"
    },
    Damage(reason: "its metadata take 1049043 bytes, where 1048576 are allowed") { file in
      let others = file.metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
      file.metadata["note"] = String(repeating: "a", count: 1_049_043 - others - 4)
    },
    Damage(reason: "its metadata lacks a readable “training”") { $0.metadata["training"] = "[]" },
    Damage(reason: "the tensor “gamma” is missing") { $0.tensors["gamma"] = nil },
    Damage(reason: "the tensor “beta” is missing") { $0.tensors["beta"] = nil },
    Damage(reason: "“beta” is f32 [122], not f32 [123]") {
      $0.tensors["beta"] = Tensor(zeros: [122])
    },
    Damage(reason: "“gamma” is f32 [3×41], not f32 [123]") {
      $0.tensors["gamma"] = $0.tensors["gamma"]?.reshaped(to: [3, 41])
    },
    Damage(reason: "“gamma” is f32 [0], not f32 [1]") {
      $0.tensors = ["gamma": Tensor(zeros: [0]), "beta": Tensor(zeros: [0])]
    },
    Damage(reason: "“gamma” is bf16 [123], not f32 [123]") {
      $0.tensors["gamma"] = Tensor(zeros: [123], .bfloat16)
    },
    Damage(reason: "“gamma” holds numbers that are not finite") {
      $0.tensors["gamma"] = Tensor(repeating: .nan, shape: [123])
    },
    Damage(reason: "“beta” holds numbers that are not finite") {
      $0.tensors["beta"] = Tensor(repeating: -.infinity, shape: [123])
    },
    Damage(reason: "“gamma” is f32 [7], not f32 [123]") {
      $0.tensors = ["gamma": Tensor(zeros: [7]), "beta": Tensor(zeros: [7])]
    },
  ]

  @Test(arguments: damages)
  func `a damaged style file is refused with the reason`(_ damage: Damage) throws {
    let path = try export()
    var file = try Safetensors.read(path)
    damage.inflict(&file)
    try Safetensors.write(file, to: path)
    #expect(
      try refusal(of: path, by: RandomModel.make(["third"])) == """
        \(path): not a style file: \(damage.reason); name a file that `impasto styles export` made
        """)
  }

  @Test func `a style file that is cut short anywhere is refused`() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: export()))
    for count in stride(from: 0, to: whole.count, by: 37) {
      let path = try folder.write(whole.prefix(count), as: "cut")
      let text = try refusal(of: path, by: model)
      #expect(text.hasPrefix("\(path): "))
      #expect(text.hasSuffix("; copy or download it again"), "\(count): \(text)")
    }
  }

  @Test func `a style file of a later format asks for a newer program`() throws {
    let path = try export()
    var file = try Safetensors.read(path)
    file.metadata["format_version"] = "2"
    try Safetensors.write(file, to: path)
    #expect(
      try refusal(of: path, by: model) == """
        \(path): a style file of format 2, and this program reads format 1; use the version of \
        impasto that wrote it or a newer one
        """)
  }
}
