/// A mixture of styles to paint with: one style, or several with weights.
///
/// ```swift
/// let wave = StyleMixture("great-wave")
/// let blend = try StyleMixture(parsing: "great-wave:7,hokusai-poppies:3")
/// print(blend)  // great-wave:0.7,hokusai-poppies:0.3
/// let weak = blend.weakened(to: 0.5)  // half way to the photo
/// ```
///
/// The weights are positive and sum to 1.
public struct StyleMixture: Hashable, Sendable, CustomStringConvertible {
  /// A style and its share.
  public struct Part: Hashable, Sendable {
    /// The style's name.
    public let name: String
    /// Its share, greater than 0 and at most 1.
    public let weight: Float
  }

  /// The styles in the order given, each once.
  public let parts: [Part]
  /// Every style that was named, those with weight 0 included: a model has to know them all.
  let names: [String]

  private init(parts: [Part], names: [String]) {
    self.parts = parts
    self.names = names
  }

  /// The mixture of one style alone.
  public init(_ name: String) {
    parts = [Part(name: name, weight: 1)]
    names = [name]
  }

  /// Creates a mixture with weights in the given proportions.
  ///
  /// A style with weight 0 is left out; a style named twice gets both weights.
  ///
  /// - Throws: ``StyleModelError/badMixture(_:reason:)`` for a weight that is negative or not
  ///   finite and where all are zero.
  public init(_ weights: [(name: String, weight: Float)]) throws(StyleModelError) {
    try self.init(
      weights, text: weights.map { "\($0.name):\($0.weight)" }.joined(separator: ","))
  }

  /// Creates the mixture that a user wrote as `text`.
  private init(
    _ weights: [(name: String, weight: Float)], text: String
  ) throws(StyleModelError) {
    var names: [String] = []
    var sums: [String: Double] = [:]
    for (name, weight) in weights {
      guard weight.isFinite, weight >= 0 else {
        throw .badMixture(text, reason: "the weight of \(name) is \(weight)")
      }
      if sums[name] == nil { names.append(name) }
      sums[name, default: 0] += Double(weight)
    }
    let sum = names.reduce(0.0) { $0 + sums[$1, default: 0] }
    guard sum > 0 else {
      throw .badMixture(text, reason: "its weights are zero or too small to count")
    }
    // A share too small for a number is none.
    parts = names.map { Part(name: $0, weight: Float(sums[$0, default: 0] / sum)) }
      .filter { $0.weight > 0 }
    self.names = names
  }

  /// Returns whether both have the same parts; what was named with weight 0 does not count.
  public static func == (first: StyleMixture, second: StyleMixture) -> Bool {
    first.parts == second.parts
  }

  /// Hashes the parts.
  public func hash(into hasher: inout Hasher) { hasher.combine(parts) }

  /// Reads a mixture such as `great-wave:0.7,kandinsky-composition-viii:0.3`; a style without a
  /// weight counts 1.
  ///
  /// - Throws: ``StyleModelError/badMixture(_:reason:)``.
  public init(parsing text: String) throws(StyleModelError) {
    var weights: [(name: String, weight: Float)] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: ":", omittingEmptySubsequences: false)
      let name = pieces[0].trimmingSpaces()
      guard !name.isEmpty, pieces.count <= 2 else {
        throw .badMixture(text, reason: "“\(part)” is neither NAME nor NAME:WEIGHT")
      }
      guard pieces.count == 2 else {
        weights.append((name, 1))
        continue
      }
      guard let weight = Float(pieces[1].trimmingSpaces()) else {
        throw .badMixture(text, reason: "“\(pieces[1])” is not a number")
      }
      weights.append((name, weight))
    }
    try self.init(weights, text: text)
  }

  /// The strengths that a mixture can be weakened to.
  public static let strengths: ClosedRange<Float> = 0...1

  /// This mixture nearer to the photo: its share is `strength`, and that of `photo` the rest.
  ///
  /// γ and β then lie between those of `photo` and the mixture's, in the encoder nearer to `photo`
  /// and after it nearer to the mixture: ``StyleBank/rows(weights:statistics:scale:shift:)``.
  ///
  /// - Parameter strength: 1 for the mixture itself, bit for bit, to 0 for `photo` alone.
  /// - Precondition: `strength` lies in 0…1.
  public func weakened(to strength: Float) -> StyleMixture {
    precondition((0...1).contains(strength), "a strength of \(strength)")
    if strength == 1 { return self }
    let styles = parts.filter { $0.name != StyleBank.photoName }
      .map { Part(name: $0.name, weight: strength * $0.weight) }
    let photo = Part(name: StyleBank.photoName, weight: 1 - styles.reduce(0) { $0 + $1.weight })
    return StyleMixture(parts: (styles + [photo]).filter { $0.weight > 0 }, names: names)
  }

  /// Indicates whether the photo itself has a share.
  public var hasPhoto: Bool { parts.contains { $0.name == StyleBank.photoName } }

  /// The mixture as a user types it, such as `a:0.7,b:0.3`.
  public var description: String {
    parts.count == 1
      ? parts[0].name : parts.map { "\($0.name):\($0.weight)" }.joined(separator: ",")
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
