import ArgumentParser
import Foundation
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing

/// The arguments that say how photos are painted: styles, regions, strength, strokes and colours.
struct PaintingArguments {
  let mixture: StyleMixture
  let regions: [RegionArgument]
  let strength: Float
  let strokeSize: Double
  let keepsColors: Bool

  init(style: String, steering: SteeringOptions) throws {
    mixture = try StyleArgument.mixture(style)
    regions = try steering.regions.map(RegionArgument.init)
    strength = steering.strength
    strokeSize = steering.strokeSize
    keepsColors = steering.keepColors
  }

  /// Refuses styles that `model` lacks, and a strength below 1 if it has no row `photo`.
  func check(against model: StyleModel, in checkpoint: String) throws {
    try StyleArgument.check(mixture, against: model)
    for region in regions { try region.check(against: model) }
    if strength < 1, model.bank.photoIndex == nil {
      throw ValidationError(
        """
        --strength \(strength): this checkpoint has no row “\(StyleBank.photoName)” to go back \
        towards; train it with \(Self.photoRowCommand(for: checkpoint)), or leave --strength out
        """)
    }
  }

  /// The command that trains the row that strength needs.
  static func photoRowCommand(for checkpoint: String) -> String {
    "`impasto add-style --photo --content photos/ --model \(checkpoint) --in-place`"
  }

  /// The settings of the painting, with the regions that were read.
  func settings(regions: [StyleRegion]) -> PaintingSettings {
    PaintingSettings(
      mixture: mixture.weakened(to: strength), regions: regions, strokeSize: strokeSize,
      keepsColors: keepsColors)
  }

  /// Reads the masks.
  ///
  /// - Parameter onWarning: Called with each warning.
  func readRegions(onWarning: (String) -> Void) throws -> [StyleRegion] {
    try regions.map {
      StyleRegion(
        mask: try $0.readMask(onWarning: onWarning), mixture: $0.mixture.weakened(to: strength))
    }
  }

  /// Reads the masks of a film.
  ///
  /// - Parameter onWarning: Called with each warning.
  func readFilmRegions(onWarning: (String) -> Void) throws -> [FilmRegion] {
    try regions.map {
      FilmRegion(
        place: try $0.readFilmMask(onWarning: onWarning), mixture: $0.mixture.weakened(to: strength)
      )
    }
  }

  /// The part of a result's name that tells it from pictures painted otherwise.
  var fileNameSuffix: String {
    var words = [mixture.fileNameSuffix]
    if strength < 1 { words.append("strength-\(String(format: "%g", strength * 100))") }
    let regions = regions.map(\.fileNameSuffix).joined(separator: "-")
    // File systems have names of up to 255 bytes.
    if !regions.isEmpty { words.append(regions.utf8.count > 100 ? "regions" : regions) }
    if strokeSize != 1 { words.append("strokes-\(String(format: "%g", strokeSize))") }
    if keepsColors { words.append("colors") }
    return words.joined(separator: "-")
  }

  /// The arguments in words, a line for the style and one for each thing besides.
  var lines: [String] {
    var lines = [StyleArgument.text(of: mixture)]
    lines += regions.map { "\($0.mask): \(StyleArgument.text(of: $0.mixture))" }
    if strength < 1 { lines.append("strength \(String(format: "%g", strength))") }
    if strokeSize != 1 { lines.append("stroke size \(String(format: "%g", strokeSize))") }
    if keepsColors { lines.append("colours of the photo") }
    return lines
  }
}
