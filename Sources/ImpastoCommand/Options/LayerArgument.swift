import ArgumentParser
import ImpastoNetworks
import ImpastoTraining

/// Layers and channels of the loss network as users write them: `relu4_3`, `relu4_1:37+41=2`.
enum LayerArgument {
  /// Reads targets of a dream, each with a weight that is 1 unless given.
  static func targets(
    _ text: String, option: String
  ) throws(ValidationError) -> [DreamSettings.Target] {
    var targets: [DreamSettings.Target] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let weight = fields.count > 1 ? Float(fields[1]) : 1, weight > 0, weight.isFinite else {
        throw ValidationError("\(option) \(part): expected a weight above zero, as in relu4_1=2")
      }
      let names = fields[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let tap = try tap(String(names[0]), option: option)
      let channels = names.count > 1 ? try channels(names[1], of: tap, option: option) : nil
      targets.append(.init(tap, channels: channels, weight: weight))
    }
    return targets
  }

  /// Reads the name of a layer.
  static func tap(_ name: String, option: String) throws(ValidationError) -> VGG19.Tap {
    if let tap = VGG19.Tap(named: name) { return tap }
    let near = VGG19.Tap.nearest(to: name)
    let hint =
      near.isEmpty
      ? "expected \(VGG19.Tap.all.map(\.description).joined(separator: ", "))"
      : "did you mean \(near.map(\.description).joined(separator: ", "))?"
    throw ValidationError("\(option): “\(name)” is no layer of the loss network; \(hint)")
  }

  private static func channels(
    _ text: Substring, of tap: VGG19.Tap, option: String
  ) throws(ValidationError) -> [Int] {
    var channels: [Int] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      guard let channel = Int(part), channel >= 0 else {
        throw ValidationError(
          "\(option) \(tap):\(part): expected the number of a channel, as in \(tap):37")
      }
      guard channel < tap.channels else {
        throw ValidationError(
          """
          \(option): \(tap) has no channel \(channel); its \(tap.channels) channels are \
          0 to \(tap.channels - 1)
          """)
      }
      channels.append(channel)
    }
    return channels
  }
}
