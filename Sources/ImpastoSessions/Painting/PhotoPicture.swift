public import ImpastoImaging
import ImpastoStylizing

/// A picture that is made of a photo, some rows at a time, within a budget of memory.
public protocol PhotoPicture {
  /// The width of the picture in pixels.
  var width: Int { get }
  /// The height of the picture in pixels.
  var height: Int { get }
  /// The opacity of the photo's pixels; nil where all are opaque.
  var opacity: Opacity? { get }
  /// The metadata of the photo's file.
  var metadata: ImageMetadata { get }
  /// The warnings about the photo so far, as sentences that name the file.
  var warnings: [String] { get }

  /// Makes the picture.
  ///
  /// - Parameters:
  ///   - goesOn: Asked from any thread, several times a second, whether to go on.
  ///   - progress: Called from any thread with the work done and the total.
  ///   - body: Gets the picture's rows from the top, some of them at a time.
  /// - Throws: `StylizingError.stopped` where `goesOn` says no, or other errors of the kind of picture.
  func paint(
    while goesOn: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void,
    _ body: (_ rows: Image) throws -> Void
  ) throws
}

extension PhotoPainting: PhotoPicture {}

extension SessionError {
  /// Calls `body`, and names the photo in the errors of painting it that are not about its region.
  ///
  /// - Throws: `StylizingError.stopped` and `StylizingError.invisibleRegion` as they are; else
  ///   ``cannotStylize(_:reason:)``; `ImageError` where the photo cannot be read; what else `body` throws.
  static func naming(_ photo: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch StylizingError.photo(let error) {
      throw error
    } catch let error as StylizingError {
      switch error {
      case .stopped, .invisibleRegion: throw error
      default: throw SessionError.cannotStylize(photo, reason: error.description)
      }
    }
  }
}
