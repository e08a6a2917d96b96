import Foundation
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

@Suite struct StyleModelEditingTests {
  private let model = RandomModel.make(["first", "second", StyleBank.photoName])
  private let mixtures = ["first", "second", "photo", "first:1,second:2", "first:1,photo:1"]

  /// A style of the name's own numbers.
  private func style(_ name: String) throws -> Style {
    try RandomModel.make([name]).style(named: name)
  }

  @Test func `a style is taken out with all that is known of it`() throws {
    let style = try model.style(named: "second")
    #expect(
      style.description == StyleDescription(name: "second", title: "“second”", year: "c. 1831"))
    #expect(style.scale == Array(model.bank.scale.scalars[123..<246]))
    #expect(style.shift == Array(model.bank.shift.scalars[123..<246]))
    #expect(style.thumbnail == nil)
    #expect(try model.style(named: "first").thumbnail == Data([0xFF, 0xD8]))
    #expect(style.trainingSettings == ["seed": "7"])
  }

  @Test func `an added style comes last and before photo, and leaves all pictures as they are`()
    throws
  {
    let third = Style(
      description: StyleDescription(name: "third"), scale: try style("third").scale,
      shift: try style("third").shift, thumbnail: Data([1]), trainingSettings: ["steps": "9"])
    let larger = try model.adding(third)
    #expect(larger.bank.names == ["first", "second", "third", "photo"])
    #expect(larger.styles.map(\.name) == ["first", "second", "third"])
    #expect(try larger.style(named: "third") == third)
    #expect(try larger.style(named: "first") == model.style(named: "first"))
    #expect(larger.fingerprint == model.fingerprint)
    for mixture in try mixtures.map(StyleMixture.init(parsing:)) {
      #expect(try larger.picture(mixture) == model.picture(mixture))
    }
    let own = RandomModel.make(["third"])
    #expect(try larger.picture(StyleMixture("third")) == own.picture(StyleMixture("third")))
  }

  @Test func `without a photo row an added style is the last`() throws {
    let larger = try RandomModel.make(["first"]).adding(style("second"))
    #expect(larger.bank.names == ["first", "second"])
  }

  @Test func `a removed style leaves the pictures of the others as they are`() throws {
    let settled = try model.adding(style("third"))
    let smaller = try settled.removing("first")
    #expect(smaller.bank.names == ["second", "third", "photo"])
    #expect(smaller.styles.map(\.name) == ["second", "third"])
    #expect(smaller.thumbnails.isEmpty)
    #expect(Array(smaller.styleSettings.keys) == ["third"])
    for mixture in try ["second", "photo", "third:1,photo:3"].map(StyleMixture.init(parsing:)) {
      #expect(try smaller.picture(mixture) == settled.picture(mixture))
    }
    #expect(try smaller.removing("third").styleSettings.isEmpty)
    #expect(
      try model.removing("second").adding(model.style(named: "second")).bank.scale.scalars
        == model.bank.scale.scalars)
  }

  @Test func `a renamed style is the same in all but its name`() throws {
    let renamed = try model.adding(style("third")).renaming("first", to: "new-name")
      .renaming("third", to: "other")
    #expect(renamed.bank.names == ["new-name", "second", "other", "photo"])
    #expect(renamed.thumbnails == ["new-name": Data([0xFF, 0xD8])])
    #expect(Array(renamed.styleSettings.keys) == ["other"])
    #expect(
      renamed.styles[0] == StyleDescription(name: "new-name", title: "“first”", year: "c. 1831"))
    #expect(
      try renamed.picture(StyleMixture(parsing: "new-name:1,second:2"))
        == model.picture(StyleMixture(parsing: "first:1,second:2")))
  }

  @Test func `a changed model is read as it was written`() throws {
    let folder = try TemporaryFolder()
    let changed = try model.adding(style("third")).renaming("second", to: "other").removing("first")
    try changed.write(to: folder.file("a.safetensors"))
    let copy = try StyleModel(contentsOf: folder.file("a.safetensors"))
    #expect(copy.bank.names == changed.bank.names)
    #expect(copy.bank.scale.scalars == changed.bank.scale.scalars)
    #expect(copy.styles == changed.styles)
    #expect(copy.styleSettings == ["third": ["seed": "7"]])
    #expect(try copy.style(named: "other").trainingSettings == ["seed": "7"])
  }

  // MARK: Refusals

  private func refusal<Result>(
    _ body: () throws -> Result
  ) throws -> String {
    let error = #expect(throws: StyleModelError.self) { try body() }
    return try #require(error).description
  }

  @Test func `what cannot be done is refused with the reason`() throws {
    let taken = "a style is named “second” already; choose another name"
    let bad = """
      “Bad Name” cannot name a style; expected words of a-z and 0-9 joined by hyphens, 100 \
      characters at most
      """
    let reserved =
      "“photo” is not a style but the row that returns the photo itself; choose another name"
    let unknown = "no style is named “frist”; did you mean first?"
    let second = try style("second")
    #expect(try refusal { try model.adding(second) } == taken)
    #expect(try refusal { try model.renaming("first", to: "second") } == taken)
    #expect(try refusal { try model.renaming("second", to: "second") } == taken)
    #expect(try refusal { try model.renaming("first", to: "Bad Name") } == bad)
    #expect(try refusal { try model.renaming("first", to: "photo") } == reserved)
    #expect(try refusal { try model.renaming("photo", to: "first") } == reserved)
    #expect(try refusal { try model.removing("photo") } == reserved)
    #expect(try refusal { try model.style(named: "photo") } == reserved)
    #expect(try refusal { try model.removing("frist") } == unknown)
    #expect(try refusal { try model.style(named: "frist") } == unknown)
    #expect(
      try refusal { try model.removing("first").removing("second") } == """
        “second” is the only style, and a network without styles cannot paint; add another before \
        it is removed
        """)
  }

  // MARK: Files

  @Test func `a checkpoint is changed in its place, or a copy of it`() throws {
    let folder = try TemporaryFolder()
    let (path, copy) = (folder.file("a.safetensors"), folder.file("b.safetensors"))
    try model.write(to: path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    try StyleModel.edit(path, savingTo: copy) { model in
      try model.removing("first")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(try StyleModel(contentsOf: copy).bank.names == ["second", "photo"])
    try StyleModel.edit(path) { model in try model.removing("first") }
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path))
        == Data(contentsOf: URL(fileURLWithPath: copy)))
    #expect(throws: StyleModelError.lastStyle("second")) {
      try StyleModel.edit(path) { model in try model.removing("second") }
    }
    #expect(folder.names == ["a.safetensors", "b.safetensors"])
  }

  @Test func `a file that holds more than a checkpoint is not replaced`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("state.safetensors")
    try model.write(to: path)
    var file = try Safetensors.read(path)
    file.tensors["first.bank.gamma"] = Tensor(zeros: [3, 123])
    try Safetensors.write(file, to: path)
    let error = #expect(throws: StyleModelError.holdsMore(path)) {
      try StyleModel.edit(path) { $0 }
    }
    #expect(
      error?.description == """
        \(path): holds more than a checkpoint, such as the state of a run, which would be lost; \
        name another file to write to
        """)
    try StyleModel.edit(path, savingTo: folder.file("a.safetensors")) { $0 }
    #expect(folder.names == ["a.safetensors", "state.safetensors"])
  }
}
