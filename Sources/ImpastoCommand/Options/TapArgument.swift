import ArgumentParser
import ImpastoNetworks
import ImpastoTraining

/// Taps of the loss network as users write them: `relu3_1:2,relu4_1`.
enum TapArgument {
  /// Reads taps, each with a weight that is 1 unless given.
  static func taps(
    _ text: String, option: String
  ) throws(ValidationError) -> [PerceptualTerms.WeightedTap] {
    var taps: [PerceptualTerms.WeightedTap] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(fields[0])
      guard let tap = VGG19.Tap(named: name) else {
        throw ValidationError(
          """
          \(option): “\(name)” is no tap of the loss network; expected \
          \(VGG19.Tap.all.map(\.description).joined(separator: ", "))
          """)
      }
      let weight = fields.count > 1 ? Float(fields[1]) : 1
      guard let weight, weight > 0, weight.isFinite else {
        throw ValidationError("\(option) \(part): expected a weight above zero, as in \(tap):2")
      }
      guard !taps.contains(where: { $0.tap == tap }) else {
        throw ValidationError("\(option): \(tap) is named twice; name each tap once")
      }
      taps.append(.init(tap, weight: weight))
    }
    return taps
  }

  /// The names of taps, without weights.
  static func text(of taps: [PerceptualTerms.WeightedTap]) -> String {
    taps.map { "\($0.tap)" }.joined(separator: ",")
  }
}
