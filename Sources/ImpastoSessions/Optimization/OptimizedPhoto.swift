import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTraining

/// A photo whose pixels are optimised, read and scaled.
struct OptimizedPhoto {
  /// The longer side of pictures where no size is asked for.
  static let usualSide = 512

  /// The photo at the size that the picture gets.
  let picture: Image
  /// The metadata that the result gets.
  let metadata: ImageMetadata
  /// The notices about what the result does not get, as sentences that name the file.
  let notices: [String]

  /// Reads the photo at `path`.
  ///
  /// - Parameters:
  ///   - size: The longer side in pixels; nil for that of the photo, at most `limit`.
  ///   - onWarning: Called with each warning about the file.
  /// - Throws: ``SessionError/cannotStylize(_:reason:)`` or `TrainingError.pictureTooSmall` where it
  ///   is too small; `ImageError`.
  init(
    _ path: String, size: Int?, limit: Int = usualSide, copiesMetadata: Bool,
    onWarning: (String) -> Void
  ) throws {
    let reader = try ImageReader(contentsOf: path)
    let whole = try Image(reader)
    reader.warnings.forEach(onWarning)
    try whole.check(path)
    let longest = max(whole.width, whole.height)
    let size = size ?? min(longest, limit)
    picture = size == longest ? whole : whole.scaled(longerSide: size)
    guard min(picture.width, picture.height) >= VGG19.minimumExtent else {
      throw SessionError.scaledTooSmall(
        path, width: whole.width, height: whole.height, scaledWidth: picture.width,
        scaledHeight: picture.height, size: size)
    }
    let stated = copiesMetadata ? reader.metadata : .none
    let leftOut: [String]
    (metadata, leftOut) = stated.adapted(width: picture.width, height: picture.height)
    notices = leftOut.map { "\(path): left out of the result: \($0)" }
  }
}

extension SessionError {
  /// Refuses work on the file at `path` that takes more memory than is free.
  static func checkMemory(_ path: String, needed: Int) throws(SessionError) {
    guard let free = Memory().available, needed > free else { return }
    throw .notEnoughMemory(path, needed: needed, free: free)
  }
}
