import Foundation
import ImpastoImaging
import ImpastoStylizing
import ImpastoVideo

/// A frame of a film as it is told to the rank that paints it.
struct FramePiece: Codable, Sendable {
  /// The time in ticks, by which it is known.
  let time: Int
  /// The time in seconds.
  let seconds: Double
  let frame: SentPicture
  private let places: [Place]

  /// The place of a region, by its index.
  private struct Place: Codable {
    let region: Int
    /// The mask of one that moves.
    let mask: SentMask?
  }

  init(_ frame: VideoFrame, seconds: Double, places: [FilmRegionReader.Place]) {
    (time, self.seconds, self.frame) = (frame.time, seconds, SentPicture(image: frame.image))
    self.places = places.map { Place(region: $0.region, mask: $0.mask.map(SentMask.init)) }
  }

  /// The index in the session of what is at `index` among the regions of this frame.
  func region(at index: Int) -> Int { places[index].region }

  /// The regions of `session` in this frame.
  func regions(of session: VideoSession) -> [StyleRegion] {
    places.map { place in
      let region = session.regions[place.region]
      switch (place.mask, region.place) {
      case (let mask?, _): return StyleRegion(mask: mask.mask, mixture: region.mixture)
      case (nil, .still(let mask)): return StyleRegion(mask: mask, mixture: region.mixture)
      case (nil, .moving): preconditionFailure("a place that moves without a mask")
      }
    }
  }
}

/// The outcome of a frame: its picture, as it is painted by itself, unless the rank was stopped or has
/// failed.
struct PaintedFrame: Codable, Sendable {
  let time: Int
  var picture: SentPicture?
  var failure: Failure?

  /// A reason why a frame cannot be painted.
  enum Failure: Codable, Sendable {
    /// `StylizingError.invisibleRegion`, by the index of the region in the session.
    case invisibleRegion(Int, width: Int, height: Int)
    /// That of the rank, in words.
    case other(rank: Int, reason: String)
  }
}

/// A picture that ranks send each other as bytes.
struct SentPicture: Codable, Sendable {
  let image: Image

  private enum CodingKeys: CodingKey { case width, height, pixels, opacity }

  init(image: Image) { self.image = image }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let (width, height) = (
      try container.decode(Int.self, forKey: .width),
      try container.decode(Int.self, forKey: .height)
    )
    image = Image(
      width: width, height: height,
      pixels: Array(try container.decode(Data.self, forKey: .pixels)),
      opacity: try container.decodeIfPresent(Data.self, forKey: .opacity).map {
        Opacity(width: width, height: height, levels: Array($0))
      })
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(image.width, forKey: .width)
    try container.encode(image.height, forKey: .height)
    try container.encode(Data(image.pixels), forKey: .pixels)
    try container.encodeIfPresent(image.opacity.map { Data($0.levels) }, forKey: .opacity)
  }
}

/// A mask that ranks send each other as bytes.
struct SentMask: Codable, Sendable {
  let mask: Mask

  private enum CodingKeys: CodingKey { case width, height, levels }

  init(mask: Mask) { self.mask = mask }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mask = Mask(
      width: try container.decode(Int.self, forKey: .width),
      height: try container.decode(Int.self, forKey: .height),
      levels: Array(try container.decode(Data.self, forKey: .levels)))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mask.width, forKey: .width)
    try container.encode(mask.height, forKey: .height)
    try container.encode(Data(mask.levels), forKey: .levels)
  }
}
