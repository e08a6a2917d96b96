import ImpastoTensors
import Synchronization

/// One layer's image, in bands of rows that exist from when they are computed until they have been
/// read for the last time.
///
/// Bands of all layers take about the same memory, so that what one layer frees serves another.
final class FeatureMap: Sendable {
  /// `[1, height, width, channels]`.
  let shape: Shape
  /// The rows of each band but the last, which may have fewer.
  let bandHeight: Int

  private struct Band {
    var image: Tensor?
    /// The number of times that the band will still be read, once that is known.
    var readings = 0
  }

  private let bands: Mutex<[Band]>

  /// Creates a map of which no band is computed yet.
  init(shape: Shape, bandHeight: Int) {
    (self.shape, self.bandHeight) = (shape, bandHeight)
    let count = (shape.height + bandHeight - 1) / bandHeight
    bands = Mutex([Band](repeating: Band(), count: count))
  }

  /// The number of bands.
  var bandCount: Int { (shape.height + bandHeight - 1) / bandHeight }

  /// The rows of a band.
  func rows(ofBand band: Int) -> Range<Int> {
    band * bandHeight..<min((band + 1) * bandHeight, shape.height)
  }

  /// The bands that have some of `rows`.
  func bands(with rows: Range<Int>) -> Range<Int> {
    rows.lowerBound / bandHeight..<(rows.upperBound + bandHeight - 1) / bandHeight
  }

  /// Puts a computed band in its place.
  func store(_ image: Tensor, asBand band: Int) {
    precondition(image.shape.height == rows(ofBand: band).count, "\(image.shape) as band \(band)")
    bands.withLock { $0[band].image = image }
  }

  /// Puts computed rows in their place, whole bands from `row` on.
  func store(_ image: Tensor, from row: Int) {
    for band in bands(with: row..<row + image.shape.height) {
      let own = rows(ofBand: band)
      store(image.rows(own.lowerBound - row..<own.upperBound - row), asBand: band)
    }
  }

  /// A band.
  ///
  /// - Precondition: it has been computed, and not read for the last time.
  func image(ofBand band: Int) -> Tensor {
    guard let image = bands.withLock({ $0[band].image }) else {
      preconditionFailure("band \(band) of \(shape) does not exist")
    }
    return image
  }

  /// Some rows, and the images that have them, one for each band.
  ///
  /// - Precondition: as for `image(ofBand:)`.
  func runs(_ rows: Range<Int>) -> [(rows: Range<Int>, image: Tensor)] {
    bands(with: rows).map { band in
      let own = self.rows(ofBand: band)
      let part = own.clamped(to: rows)
      return (
        part,
        image(ofBand: band).rows(
          part.lowerBound - own.lowerBound..<part.upperBound - own.lowerBound)
      )
    }
  }

  /// Announces that the last readings are those of `parts`, each of some rows.
  func announceLastReadings(_ parts: [Range<Int>]) {
    bands.withLock {
      for part in parts { for band in bands(with: part) { $0[band].readings += 1 } }
    }
  }

  /// Frees what nothing will read after one of the last readings.
  func finishReading(_ part: Range<Int>) {
    bands.withLock {
      for band in bands(with: part) {
        $0[band].readings -= 1
        if $0[band].readings == 0 { $0[band].image = nil }
      }
    }
  }
}
