import ImpastoImaging

/// A photo as the network sees it to refine a smaller picture of it: that picture, enlarged, with
/// the detail of the photo that it is too small for.
struct RefinedPhoto: PhotoRows {
  let photo: any PhotoRows
  private let picture: Image
  private let enlargement: Resampling
  /// The filter that leaves what the smaller picture can show.
  let lowPass: Resampling

  /// - Parameter picture: A picture of the photo, at most half as small.
  init(_ photo: any PhotoRows, over picture: Image) {
    (self.photo, self.picture) = (photo, picture)
    let (size, small) = ((photo.width, photo.height), (picture.width, picture.height))
    enlargement = Resampling(from: small, to: size)
    lowPass = Resampling(lowPassOf: size, keeping: small)
  }

  var width: Int { photo.width }
  var height: Int { photo.height }
  var opacity: Opacity? { photo.opacity }

  func levels(ofRows rows: Range<Int>) throws(ImageError) -> [UInt8] {
    let needed = lowPass.neededRows(for: rows)
    return withDetail(of: try photo.levels(ofRows: needed), rows: rows, first: needed.lowerBound)
  }

  /// Rows of the enlarged picture with the detail of others added.
  ///
  /// - Parameters:
  ///   - levels: The rows that the low-pass needs.
  ///   - first: The number of the first of them.
  func withDetail(
    of levels: [UInt8], rows: Range<Int>, first: Int
  ) -> [UInt8] {
    var result = enlargement.levels(ofRows: rows, from: picture.pixels[...], first: 0)
    let coarse = lowPass.levels(ofRows: rows, from: levels[...], first: first)
    let start = (rows.lowerBound - first) * width * 3
    result.withUnsafeMutableBufferPointer { result in
      levels.withUnsafeBufferPointer { levels in
        coarse.withUnsafeBufferPointer { coarse in
          for i in result.indices {
            let level = Int16(result[i]) &+ Int16(levels[start &+ i]) &- Int16(coarse[i])
            result[i] = UInt8(truncatingIfNeeded: min(max(level, 0), 255))
          }
        }
      }
    }
    return result
  }
}

/// A picture whose rows are refined as those of the network come in: of these, only the detail is
/// taken that the smaller picture does not show.
struct Refinement {
  private let photo: RefinedPhoto
  /// Rows of the network's picture that are still needed.
  private var levels: [UInt8] = []
  /// The numbers of those rows.
  private var rows = 0..<0
  /// The number of rows that are refined.
  private var done = 0

  init(of photo: RefinedPhoto) { self.photo = photo }

  /// Takes the next rows of the network's picture.
  ///
  /// - Returns: The rows that are refined now, from where those of the last call ended.
  mutating func refined(_ levels: [UInt8]) -> [UInt8] {
    let stride = photo.width * 3
    self.levels += levels
    rows = rows.lowerBound..<rows.upperBound + levels.count / stride
    var end = done
    while end < photo.height,
      photo.lowPass.neededRows(for: end..<end + 1).upperBound <= rows.upperBound
    {
      end += 1
    }
    guard end > done else { return [] }
    let result = photo.withDetail(of: self.levels, rows: done..<end, first: rows.lowerBound)
    done = end
    let needed = end < photo.height ? photo.lowPass.neededRows(for: end..<end + 1).lowerBound : end
    self.levels.removeFirst((needed - rows.lowerBound) * stride)
    rows = needed..<rows.upperBound
    return result
  }
}
