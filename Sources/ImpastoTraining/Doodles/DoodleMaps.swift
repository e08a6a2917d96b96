public import ImpastoImaging

/// A painting, and the map whose colours say what its parts are.
public struct MappedPainting: Sendable {
  /// The painting, at its full size.
  public let painting: Image
  /// The map, of the painting's shape.
  public let map: Image
  /// The name of the map in errors, such as its path.
  public let mapName: String

  /// Creates a painting with its map.
  public init(_ painting: Image, map: Image, mapName: String) {
    (self.painting, self.map, self.mapName) = (painting, map, mapName)
  }
}

/// The regions of a doodle, and the parts of paintings that each is painted like.
public struct DoodleMaps: Sendable {
  /// A region: where it lies in the doodle and in each painting.
  public struct Region: Sendable {
    /// The colour in the maps of paintings.
    public let color: MapColor
    /// The place in the doodle.
    public let place: Mask
    /// The places in paintings, each with the painting's index.
    public let sources: [(painting: Int, place: Mask)]
  }

  /// The regions, the largest first.
  public let regions: [Region]
  /// The remarks about colours of the paintings' maps that the doodle does not use, as sentences.
  public let notices: [String]

  /// The most colours that a map may have.
  public static let maximumColors = 32

  /// Finds the regions of a doodle.
  ///
  /// Each pixel belongs to the colour that it is nearest to, so that soft edges and the errors of
  /// JPEG do no harm. Black is a colour like any other.
  ///
  /// - Parameters:
  ///   - map: The doodle.
  ///   - name: Its name in errors, such as its path.
  /// - Throws: ``TrainingError/unknownMapColor(_:color:pixels:known:)`` where a colour of the doodle
  ///   is in no map of a painting; ``TrainingError/notAMap(_:colors:)``.
  public init(
    _ map: Image, named name: String, paintings: [MappedPainting]
  ) throws(TrainingError) {
    guard !paintings.isEmpty else { throw .noPaintings }
    var known: [(color: MapColor, pixels: Int)] = []
    var palettes: [[MapColor]] = []
    for painting in paintings {
      let colors = try Self.colors(of: painting.map, painting.mapName)
      palettes.append(
        colors.map { color, pixels in
          if let index = known.firstIndex(where: {
            $0.color.distance(to: color) <= MapColor.tolerance
          }) {
            known[index].pixels += pixels
            return known[index].color
          }
          known.append((color, pixels))
          return color
        })
    }
    let all = known.map(\.color)
    var used: [MapColor] = []
    for (color, pixels) in try Self.colors(of: map, name) {
      let match = all[color.nearest(of: all)]
      guard match.distance(to: color) <= MapColor.tolerance else {
        throw .unknownMapColor(name, color: color, pixels: pixels, known: all)
      }
      if !used.contains(match) { used.append(match) }
    }
    let places = map.places(of: used)
    let sources = zip(paintings, palettes).map { ($0.map.places(of: $1), $1) }
    regions = used.indices.map { index in
      let parts = sources.enumerated().compactMap { number, source in
        source.1.firstIndex(of: used[index]).map { (number, source.0[$0]) }
      }
      return Region(color: used[index], place: places[index], sources: parts)
    }
    notices = zip(paintings, palettes).flatMap { painting, palette in
      palette.filter { !used.contains($0) }.map { color in
        let pixels = known.first { $0.color == color }?.pixels ?? 0
        return "\(painting.mapName): \(pixels) pixels are \(color), which \(name) does not use"
      }
    }
  }

  private static func colors(
    of map: Image, _ name: String
  ) throws(TrainingError) -> [(color: MapColor, pixels: Int)] {
    let colors = map.mapColors()
    guard colors.count <= maximumColors else { throw .notAMap(name, colors: colors.count) }
    return colors
  }
}

extension Image {
  /// The place of each colour: of the pixels to which it is the nearest.
  fileprivate func places(of colors: [MapColor]) -> [Mask] {
    let labels = (0..<width * height).map { UInt8(mapColor(at: $0).nearest(of: colors)) }
    return colors.indices.map { index in
      Mask(width: width, height: height, levels: labels.map { $0 == index ? 255 : 0 })
    }
  }
}
