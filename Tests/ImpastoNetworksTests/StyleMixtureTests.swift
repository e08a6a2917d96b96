import ImpastoNetworks
import Testing

@Suite struct StyleMixtureTests {
  @Test func `a name alone is all of the mixture`() throws {
    let mixture = try StyleMixture(parsing: "great-wave")
    #expect(mixture == StyleMixture("great-wave"))
    #expect(mixture.parts.map(\.weight) == [1])
    #expect(mixture.description == "great-wave")
  }

  @Test(arguments: [
    ("a:7,b:3", ["a", "b"], [0.7, 0.3]),
    ("b:0.5,a:0.5", ["b", "a"], [0.5, 0.5]),
    ("a,b", ["a", "b"], [0.5, 0.5]),
    ("a,b:3", ["a", "b"], [0.25, 0.75]),
    (" a : 1 , b : 3 ", ["a", "b"], [0.25, 0.75]),
    ("a:1,b:2,a:1", ["a", "b"], [0.5, 0.5]),
    ("a:0,b:5", ["b"], [1]),
    ("a:1e-40,b:1e-40", ["a", "b"], [0.5, 0.5]),
  ])
  func `weights are taken in proportion`(
    _ text: String, _ names: [String], _ weights: [Float]
  ) throws {
    let mixture = try StyleMixture(parsing: text)
    #expect(mixture.parts.map(\.name) == names)
    #expect(mixture.parts.map(\.weight) == weights)
  }

  @Test func `a mixture is read back from its description`() throws {
    let mixture = try StyleMixture(parsing: "great-wave:0.7,kandinsky-composition-viii:0.3")
    #expect(mixture.description == "great-wave:0.7,kandinsky-composition-viii:0.3")
    #expect(try StyleMixture(parsing: mixture.description) == mixture)
  }

  /// Holds on every set of instructions.
  @Test(arguments: ["a", "a:0.7,b:0.3", "a:1,b:1,c:1", "photo", "a:1,photo:3"])
  func `strength 1 is the mixture itself and 0 the photo, bit for bit`(_ text: String) throws {
    let mixture = try StyleMixture(parsing: text)
    #expect(mixture.weakened(to: 1) == mixture)
    #expect(mixture.weakened(to: 0) == StyleMixture("photo"))
  }

  @Test func `what strength leaves goes to the photo`() throws {
    let weak = try StyleMixture(parsing: "a:1,b:3").weakened(to: 0.5)
    #expect(weak.parts.map(\.name) == ["a", "b", "photo"])
    #expect(weak.parts.map(\.weight) == [0.125, 0.375, 0.5])
    let twice = try StyleMixture(parsing: "a:1,photo:1").weakened(to: 0.5)
    #expect(twice.parts.map(\.name) == ["a", "photo"])
    #expect(twice.parts.map(\.weight) == [0.25, 0.75])
    #expect(StyleMixture("photo").weakened(to: 0.6) == StyleMixture("photo"))
  }

  @Test(arguments: [
    ("", "“” is neither NAME nor NAME:WEIGHT"),
    ("a,,b", "“” is neither NAME nor NAME:WEIGHT"),
    ("a,", "“” is neither NAME nor NAME:WEIGHT"),
    (":0.5", "“:0.5” is neither NAME nor NAME:WEIGHT"),
    ("a:1:2", "“a:1:2” is neither NAME nor NAME:WEIGHT"),
    ("a:", "“” is not a number"),
    ("a:much", "“much” is not a number"),
    ("a:-1", "the weight of a is -1.0"),
    ("a:2,b:-0.5", "the weight of b is -0.5"),
    ("a:nan", "the weight of a is nan"),
    ("a:inf", "the weight of a is inf"),
    ("a:0", "its weights are zero or too small to count"),
    ("a:0,b:0", "its weights are zero or too small to count"),
    ("a:1e-300", "its weights are zero or too small to count"),
  ])
  func `what is no mixture is refused`(_ text: String, _ reason: String) {
    let error = #expect(throws: StyleModelError.self) { try StyleMixture(parsing: text) }
    guard case .badMixture(_, let found) = error else {
      Issue.record("\(text) is refused as \(String(describing: error))")
      return
    }
    #expect(found == reason)
  }

  @Test func `a refusal says what to write`() {
    #expect(
      StyleModelError.badMixture("a:much", reason: "“much” is not a number").description == """
        “a:much” is not a mixture of styles: “much” is not a number; write NAME or \
        NAME:WEIGHT,NAME:WEIGHT with weights of zero or more, not all zero
        """)
  }

  @Test(arguments: [
    ("great-wav", "did you mean great-wave?"), ("wave", "did you mean great-wave?"),
    ("kandinski-viii", "did you mean kandinsky-viii?"),
    ("Great-Wave", "did you mean great-wave?"),
    ("mona-lisa-smile", "`impasto styles` lists those there are"),
  ])
  func `an unknown style is answered with the nearest names`(_ name: String, _ answer: String) {
    let known = ["great-wave", "kandinsky-viii", "hokusai-poppies"]
    #expect(
      StyleModelError.unknownStyle(name, known: known).description
        .hasPrefix("no style is named “\(name)”; \(answer)"))
  }

  @Test(arguments: [
    ("great-wave", true), ("a", true), ("1889", true), ("", false), ("-a", false), ("a-", false),
    ("a--b", false), ("Wave", false), ("a b", false), ("é", false), ("a/b", false), ("..", false),
    (String(repeating: "a", count: 100), true), (String(repeating: "a", count: 101), false),
  ])
  func `names of styles are kebab-case`(_ name: String, _ isValid: Bool) {
    #expect(StyleDescription.isValidName(name) == isValid)
  }
}
