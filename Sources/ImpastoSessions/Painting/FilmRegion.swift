public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoVideo

/// A part of a film that is painted with a mixture of its own.
///
/// ```swift
/// let dancer = FilmRegion(
///   place: .moving(try VideoFile("dancer-mask.mp4")), mixture: StyleMixture("great-wave"))
/// ```
public struct FilmRegion: Sendable {
  /// A place in the frames of a film.
  public enum Place: Sendable {
    /// The same place in all frames.
    case still(Mask)
    /// In each frame that of the picture which another film shows at the same time. A frame whose
    /// picture is black has no such part.
    case moving(VideoFile)
  }

  /// The place, stretched to the frames.
  public let place: Place
  /// The styles in it.
  public let mixture: StyleMixture

  /// Creates a region.
  public init(place: Place, mixture: StyleMixture) {
    (self.place, self.mixture) = (place, mixture)
  }

  /// The same region with a still mask of the size of frames, which need not be scaled for each of them.
  func fitted(width: Int, height: Int) -> FilmRegion {
    guard case .still(let mask) = place else { return self }
    return FilmRegion(place: .still(mask.resized(width: width, height: height)), mixture: mixture)
  }
}

extension VideoSession {
  /// Refuses a mask that ends before the film that it belongs to, as far as both tell how long they are.
  func checkMasks() throws(SessionError) {
    guard case .film(let film) = input, let end = film.duration else { return }
    let needed = min(selection.duration ?? .infinity, end - selection.start)
    for region in regions {
      guard case .moving(let mask) = region.place, let end = mask.duration else { continue }
      // Durations in files are not exact.
      let tolerance = max(0.1, 2 / (mask.frameRate?.value ?? .infinity))
      guard end - selection.start < needed - tolerance else { continue }
      throw .shortMask(
        mask.path, seconds: end, of: film.path, needed: selection.start + needed)
    }
  }

  /// The bytes that masks take, where `ahead` frames may wait to be painted.
  func maskBytes(width: Int, height: Int, ahead: Int) -> Int {
    let moving = regions.count { if case .moving = $0.place { true } else { false } }
    return FilmRegionReader.bytes(
      width: width, height: height, regions: regions.count, moving: moving, ahead: ahead)
  }
}
