package import ImpastoImaging
import ImpastoNetworks

extension Image {
  /// The shorter side of a painting that pictures are compared with: `size` pixels, or less where it
  /// is a long scroll, but at least the minimum of the loss network.
  func shorterSideOfTarget(_ size: Int) -> Int {
    let (shorter, longer) = (min(width, height), max(width, height))
    return max(VGG19.minimumExtent, min(size, 4 * size * shorter / longer))
  }

  /// A painting at that size.
  func scaledForTarget(_ size: Int) -> Image { scaled(shorterSide: shorterSideOfTarget(size)) }

  /// Refuses a picture, called `name`, that has fewer pixels on a side than can be compared.
  ///
  /// - Throws: ``TrainingError/pictureTooSmall(_:width:height:minimum:)``.
  package func check(
    _ name: String, minimum: Int = VGG19.minimumExtent
  ) throws(TrainingError) {
    guard min(width, height) >= minimum else {
      throw .pictureTooSmall(name, width: width, height: height, minimum: minimum)
    }
  }
}
