import ImpastoImaging
import ImpastoStylizing
import ImpastoVideo

/// Reads where the regions of a film are, frame by frame.
struct FilmRegionReader {
  /// The regions of one frame.
  struct Frame {
    /// Those that are somewhere in it.
    var places: [Place] = []
    /// A number for each pixel, by which places in different regions are told apart; nil where
    /// nobody asks, or without regions.
    var labels: [UInt8]?
  }

  /// The place of a region in one frame.
  struct Place {
    /// The index of the region.
    let region: Int
    /// The mask of one that moves; nil for that of the region itself.
    let mask: Mask?
  }

  private let regions: [FilmRegion]
  /// The films among the masks, by the index of the region.
  private let films: [Int: MaskFilm]
  private let (width, height): (Int, Int)
  private let isLabeled: Bool
  /// The levels that have been read, which stay where no mask moves.
  private var last: Frame?

  /// The bytes that the masks of a frame take.
  ///
  /// - Parameters:
  ///   - regions: The number of regions, of which `moving` may move.
  ///   - ahead: The most frames that wait to be painted.
  static func bytes(width: Int, height: Int, regions: Int, moving: Int, ahead: Int) -> Int {
    // Labels and masks that wait, the sums that labels are made of; pictures that are read, the present
    // and the next mask; still masks.
    regions == 0
      ? 0
      : width * height * ((1 + 3 * moving) * ahead + 4 + 9 * moving + 3 * (regions - moving))
  }

  /// Begins to read the masks at the beginning of the part of the film that is painted.
  ///
  /// - Parameter isLabeled: Whether frames get labels.
  /// - Throws: `VideoError` of a film that cannot be read.
  init(
    _ regions: [FilmRegion], _ selection: VideoReader.Selection, _ format: FrameFormat,
    isLabeled: Bool
  ) throws(VideoError) {
    (self.regions, width, height) = (regions, format.width, format.height)
    self.isLabeled = isLabeled && !regions.isEmpty
    var films: [Int: MaskFilm] = [:]
    for (index, region) in regions.enumerated() {
      guard case .moving(let film) = region.place else { continue }
      var selection = selection
      selection.longerSide = min(max(film.width, film.height), max(format.width, format.height))
      films[index] = try MaskFilm(film, selection)
    }
    self.films = films
  }

  /// Reads the regions of the frame at `seconds`, which is later than the one before.
  ///
  /// - Throws: `VideoError` of a film that cannot be read.
  mutating func frame(at seconds: Double) throws(VideoError) -> Frame {
    if let last, films.isEmpty { return last }
    var frame = Frame()
    var sums = [Float](repeating: 0, count: isLabeled ? width * height : 0)
    for (index, region) in regions.enumerated() {
      let mask =
        switch region.place {
        case .still(let mask): mask
        case .moving: try films[index]?.mask(at: seconds, width: width, height: height)
        }
      guard let mask else { continue }
      if isLabeled {
        let weight = 255 * Float(index + 1) / Float(regions.count)
        for (pixel, share) in mask.shares(width: width, height: height, radius: 0).enumerated() {
          sums[pixel] += weight * share
        }
      }
      if films[index] == nil {
        // One that shows nowhere is a mistake, of which painting tells.
        frame.places.append(Place(region: index, mask: nil))
      } else if StyleRegion(mask: mask, mixture: region.mixture).isVisible(
        width: width, height: height)
      {
        frame.places.append(Place(region: index, mask: mask))
      }
    }
    if isLabeled { frame.labels = sums.map { UInt8(min($0, 255)) } }
    last = frame
    return frame
  }
}

/// Reads a film as a mask for each moment.
private final class MaskFilm {
  private let reader: VideoReader
  private var mask: Mask
  private var next: VideoFrame?

  init(_ film: VideoFile, _ selection: VideoReader.Selection) throws(VideoError) {
    reader = try VideoReader(film, selection)
    // A film without a frame is an error of reading.
    next = try reader.next()
    mask = Mask(width: 1, height: 1, levels: [0])
  }

  /// The picture that is shown at `seconds`, stretched to the size of frames; the last one from the end of
  /// the film on.
  func mask(at seconds: Double, width: Int, height: Int) throws(VideoError) -> Mask {
    var shown: VideoFrame?
    // Films of different ticks never meet exactly.
    while let frame = next, Double(frame.time) * reader.format.timeBase.value <= seconds + 0.001 {
      shown = frame
      next = try reader.next()
    }
    if let shown { mask = Mask(shown.image).resized(width: width, height: height) }
    return mask
  }
}
