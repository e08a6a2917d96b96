public import ImpastoImaging

/// Grey photos with a small mark in the middle, far from which nothing should be visible in a
/// picture.
///
/// Without the mark every channel of every layer would be constant, and normalization would divide
/// rounding errors by rounding errors: the result would depend on the processor, not on the
/// network.
public enum FlatField {
  /// Photos of three greys, of 256² pixels: the mark changes what is up to 55 pixels from it, and
  /// so nothing that is looked at.
  public static var photos: [Image] {
    let (levels, size, side): ([UInt8], Int, Int) = ([64, 128, 192], 256, 16)
    return levels.map { level in
      var photo = Image(width: size, height: size, level: level)
      let mark = Image(width: side, height: side, level: level + 12)
      photo.paste(mark, x: (size - side) / 2, y: (size - side) / 2)
      return photo
    }
  }

  /// The largest difference, in levels, between the mean of any 8×8 pixels of a picture of such a
  /// photo and the median of all such means.
  ///
  /// A sixteenth along the sides is left out, and half of height and width in the middle.
  ///
  /// - Precondition: Each side has ``PictureMeasures/minimumSide`` pixels or more.
  public static func unevenness(of picture: Image) -> Float {
    precondition(
      min(picture.width, picture.height) >= PictureMeasures.minimumSide,
      "\(picture.width)×\(picture.height) pixels")
    let (block, margin) = (8, min(picture.width, picture.height) / 16)
    let rows = picture.height / 4..<3 * picture.height / 4
    let columns = picture.width / 4..<3 * picture.width / 4
    var means: [[Float]] = [[], [], []]
    for top in stride(from: margin, through: picture.height - margin - block, by: block) {
      for left in stride(from: margin, through: picture.width - margin - block, by: block)
      where !(rows.overlaps(top..<top + block) && columns.overlaps(left..<left + block)) {
        var sums = [0, 0, 0]
        for y in top..<top + block {
          for x in left..<left + block {
            for channel in 0..<3 {
              sums[channel] += Int(picture.pixels[(y * picture.width + x) * 3 + channel])
            }
          }
        }
        for channel in 0..<3 { means[channel].append(Float(sums[channel]) / Float(block * block)) }
      }
    }
    return means.map { means in
      let median = means.sorted()[means.count / 2]
      return means.map { abs($0 - median) }.max() ?? 0
    }.max() ?? 0
  }
}
