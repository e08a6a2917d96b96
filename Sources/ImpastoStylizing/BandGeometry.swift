import ImpastoNetworks
import ImpastoTensors

/// The division of a photo and of the images of all layers into bands, and the rows that each
/// layer's rows are computed from.
struct BandGeometry: Sendable {
  let architecture: TransformArchitecture
  /// The extents of each layer's image, `[1, height, width, channels]`.
  let shapes: [Shape]
  /// The photo's, with its channels.
  let photo: Shape
  /// The rows of a band of any layer's image.
  let bandHeight: Int
  /// The layer whose output each layer adds.
  let addends: [Int?]
  /// The last layer that adds each layer's output.
  let lastUses: [Int?]
  /// The factor by which each layer's image is smaller than the picture.
  let reductions: [Int]
  private let partHeights: [Int]

  /// - Parameter bandHeight: The rows of a band, a multiple of 4; nil for some that suit the photo.
  init(_ architecture: TransformArchitecture, width: Int, height: Int, bandHeight: Int? = nil) {
    self.architecture = architecture
    shapes = architecture.shapes(width: width, height: height)
    photo = [1, height, width, 3]
    let layers = architecture.layers.indices
    addends = layers.map(architecture.addend(ofLayer:))
    var lastUses = [Int?](repeating: nil, count: layers.count)
    for (layer, addend) in addends.enumerated() { if let addend { lastUses[addend] = layer } }
    self.lastUses = lastUses
    let reductions = architecture.reductions
    self.reductions = reductions
    let coarsest = reductions.max() ?? 1
    // Few enough bands that their overlaps cost little, enough that all threads have some to do, and
    // small enough for large photos; multiples of 4 rows, as the tiles of the convolutions are.
    // Memory has no say in it, so that the bands, and with them the sums over each, are the same
    // however much is kept.
    let least = (architecture.magnification * height + coarsest - 1) / coarsest
    let bandHeight = bandHeight ?? (max(8, min(16, least / 8), least / 96) + 3) / 4 * 4
    self.bandHeight = bandHeight
    // The same part of the photo in all layers: of the smallest images a band.
    partHeights = reductions.map { bandHeight * coarsest / $0 }
  }

  var layers: [TransformArchitecture.Layer] { architecture.layers }

  /// The shape of a layer's image, or of the photo for −1.
  func shape(of layer: Int) -> Shape { layer < 0 ? photo : shapes[layer] }

  /// The photo's rows in as many parts as the largest images have.
  var photoParts: [Range<Int>] {
    stride(from: 0, to: photo.height, by: partHeights.max() ?? photo.height).map {
      $0..<min($0 + (partHeights.max() ?? photo.height), photo.height)
    }
  }

  /// The rows of a layer's image that are computed at a time.
  func parts(of layer: Int) -> [Range<Int>] {
    let height = shapes[layer].height
    return stride(from: 0, to: height, by: partHeights[layer]).map {
      $0..<min($0 + partHeights[layer], height)
    }
  }

  /// The rows of another layer's image that are the same part of the photo as one of the parts of
  /// `layer`: all of them together are that image.
  func rows(of other: Int, inPart part: Int, of layer: Int) -> Range<Int> {
    let (height, rows) = (shapes[other].height, partHeights[other])
    let isLast = part + 1 == parts(of: layer).count
    return min(part * rows, height)..<(isLast ? height : min((part + 1) * rows, height))
  }

  /// The rows of the outputs that rows of a layer's convolved image are computed from.
  ///
  /// - Parameters:
  ///   - rows: Of the convolved image of `layer`.
  ///   - source: The layer whose output is at hand, −1 for the photo, and from which those between
  ///     are computed.
  ///   - wanted: Rows of outputs of layers from `source` on that are wanted besides.
  /// - Returns: Rows of the output of `source`, of those between, and of earlier layers that these
  ///   add.
  func rows(
    for rows: Range<Int>, of layer: Int, from source: Int, wanted: [Int: Range<Int>] = [:]
  ) -> [Int: Range<Int>] {
    var needed = wanted
    func need(_ layer: Int, _ rows: Range<Int>) {
      needed[layer] = needed[layer].map { $0.joined(with: rows) } ?? rows
    }
    for between in (source + 1...layer).reversed() {
      guard let own = between == layer ? rows : needed[between] else {
        preconditionFailure("\(layers[between].name) is computed for nothing")
      }
      let computed = layers[between].computedRows(for: own, height: shapes[between].height)
      need(
        between - 1,
        layers[between].frame.rows(
          shownIn: layers[between].inputRows(for: computed),
          height: shape(of: between - 1).height))
      if between < layer, let addend = addends[between] { need(addend, own) }
    }
    if source >= 0, let addend = addends[source], let own = needed[source] { need(addend, own) }
    return needed
  }
}
