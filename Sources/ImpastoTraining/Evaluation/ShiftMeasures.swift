public import ImpastoImaging

/// The change of a picture when its photo moves by a few pixels: what shimmers in a film.
public struct ShiftMeasures: Sendable, Hashable, Codable {
  /// The photo's name within its folder.
  public let photo: String
  /// For a move by each of ``distances`` the root mean square difference, in levels, of the two
  /// pictures where both show the same part of the photo.
  public let differences: [Float]

  /// The moves, in pixels.
  public static let distances = [1, 2, 3]
  /// The size of the pictures, in pixels.
  public static let (width, height) = (640, 360)
  /// The largest difference that is not marked.
  public static let maximumDifference: Float = 8

  /// The photo, scaled so that it fills the pictures, as it is seen before it moves and after each
  /// move to the left.
  public static func views(of photo: Image) -> [Image] {
    let room = width + (distances.max() ?? 0)
    let scale = max(Double(room) / Double(photo.width), Double(height) / Double(photo.height))
    func scaled(_ side: Int, least: Int) -> Int {
      max(least, Int((Double(side) * scale).rounded()))
    }
    let large = photo.resized(
      width: scaled(photo.width, least: room), height: scaled(photo.height, least: height))
    let (x, y) = ((large.width - room) / 2, (large.height - height) / 2)
    return ([0] + distances).map {
      large.cropped(x: x + $0, y: y, width: width, height: height)
    }
  }

  /// Compares the pictures of ``views(of:)``.
  ///
  /// - Parameters:
  ///   - pictures: In the order of the views.
  ///   - name: The photo's name within its folder.
  public init(of pictures: [Image], named name: String) {
    precondition(pictures.count == Self.distances.count + 1, "\(pictures.count) pictures")
    photo = name
    differences = zip(Self.distances, pictures.dropFirst()).map { distance, moved in
      Self.difference(pictures[0], moved, movedBy: distance)
    }
  }

  /// Notes the differences of a photo's pictures, one for each of ``distances``.
  public init(photo: String, differences: [Float]) {
    (self.photo, self.differences) = (photo, differences)
  }

  private static func difference(_ still: Image, _ moved: Image, movedBy distance: Int) -> Float {
    let overlap = still.width - distance
    let first = still.cropped(x: distance, y: 0, width: overlap, height: still.height)
    let second = moved.cropped(x: 0, y: 0, width: overlap, height: still.height)
    return Float(first.meanSquaredDifference(from: second).squareRoot())
  }
}
