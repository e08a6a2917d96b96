import ImpastoImaging
import ImpastoNetworks
public import ImpastoStylizing
import ImpastoTraining

/// A doodle in seconds: its regions in learned styles, by a network, instead of the parts of
/// paintings.
///
/// Each region is painted in the style that is named as the file of its painting.
public struct DoodlePreview {
  /// The notices about what the result does not get, as sentences that name a file.
  public let notices: [String]
  /// The warnings about the files.
  public let warnings: [String]
  private let plan: DoodlePlan
  private let inputs: DoodleInputs
  private let stylizer: Stylizer
  private let mixtures: [StyleMixture]

  /// Reads all that `plan` names.
  ///
  /// - Throws: ``SessionError``, among them ``SessionError/noLearnedStyle(_:name:)``, or the error of
  ///   a module below.
  public init(_ plan: DoodlePlan, stylizer: Stylizer) throws {
    (self.plan, self.stylizer) = (plan, stylizer)
    inputs = try DoodleInputs(plan)
    (notices, warnings) = (inputs.notices, inputs.warnings)
    let known = stylizer.model.styles.map(\.name)
    mixtures = try plan.paintings.map { painting in
      let name = PaintingFile(painting.painting).styleName ?? ""
      guard known.contains(name) else {
        throw SessionError.noLearnedStyle(painting.painting, name: name)
      }
      return StyleMixture(name)
    }
  }

  /// The width of the picture in pixels.
  public var width: Int { inputs.seen.picture.width }
  /// The height of the picture in pixels.
  public var height: Int { inputs.seen.picture.height }

  /// Paints the picture and writes it.
  ///
  /// - Parameter goesOn: Asked from any thread, several times a second, whether to go on.
  /// - Throws: `StylizingError.stopped` where `goesOn` says no, else
  ///   ``SessionError/cannotStylize(_:reason:)``; what writing throws.
  public func run(while goesOn: @escaping @Sendable () -> Bool = { true }) throws {
    let regions = inputs.maps.regions.map { region in
      StyleRegion(mask: region.place, mixture: mixtures[region.sources[0].painting])
    }
    let picture: Image
    do throws(StylizingError) {
      picture = try stylizer.stylize(
        inputs.photo ?? colors, with: regions[0].mixture,
        // One mixture needs no regions.
        regions: Set(regions.map(\.mixture.description)).count > 1 ? regions : []
      ) { _, _ in goesOn() }
    } catch {
      if case .stopped = error { throw error }
      throw SessionError.cannotStylize(plan.map, reason: error.description)
    }
    try picture.write(
      to: plan.output.path, quality: plan.output.quality, metadata: inputs.seen.metadata)
  }

  /// The colours of the parts of paintings in the regions, in soft spots: something for strokes to
  /// follow.
  private var colors: Image {
    let spots = 24
    let (width, height) = (self.width, self.height)
    return inputs.maps.colorNoise(
      width: max(1, width / spots * 4), height: max(1, height / spots * 4),
      paintings: inputs.paintings.map(\.painting), seed: plan.settings.seed
    ).resized(width: max(1, width / 12), height: max(1, height / 12))
      .resized(width: width, height: height)
  }
}
