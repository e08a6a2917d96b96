import Foundation
import ImpastoImaging
import ImpastoSessions
import ImpastoStylizing

/// Paints the pictures that are asked for at once.
struct Painter: Sendable {
  /// The longer side in pixels where none is asked for.
  static let usualSize = 480
  /// The longest side in pixels; larger pictures are made by jobs.
  static let sizeLimit = 1024
  /// The quality of a JPEG file where none is asked for.
  static let usualQuality = 90

  /// A picture in a file.
  struct Picture: Sendable {
    let bytes: Data
    let format: StylizeSettings.ResultFormat
  }

  let models: ModelLibrary
  let photos: HeldPhotos
  let queue: PaintingQueue
  let memory: MemoryBudget

  /// Paints a stored photo, or the one in a file.
  ///
  /// - Parameters:
  ///   - upload: The file of a photo that came with the request, where one did.
  ///   - slot: The name that requests about the same picture share.
  func picture(
    _ settings: StylizeSettings, of upload: String? = nil, slot: String? = nil
  ) async throws -> Picture {
    let size = settings.size
    try OpenedPhoto.check(size: size)
    if let size, size > Self.sizeLimit {
      throw ServiceError.tooLargeAtOnce(size: size, limit: Self.sizeLimit)
    }
    let quality = settings.quality ?? Self.usualQuality
    guard (1...100).contains(quality) else { throw ImageError.qualityOutOfRange(quality) }
    let format = settings.format ?? .jpeg
    let model = try await models.model(settings.model)
    return try await queue.run(slot: slot) { turn in
      var masks: [Mask] = []
      for region in settings.regions ?? [] { masks.append(try await photos.mask(region.mask)) }
      let painting = try settings.painting(
        masks: masks, model: model.stylizer.model, path: model.path)
      let photo = try await photo(settings, upload)
      let memory = memory
      let bytes = try await turn.paint { goesOn in
        let painting = try PhotoPainting(
          photo, with: painting, stylizer: model.stylizer, memory: memory,
          format: format.imageFormat, quality: quality)
        var file = Data()
        let writer = try ImageWriter(
          as: format.imageFormat, name: photo.name, width: painting.width,
          height: painting.height, quality: quality, hasAlpha: painting.opacity != nil
        ) { file.append(contentsOf: $0) }
        try painting.paint(while: goesOn) { try writer.write($0) }
        try writer.finish()
        return file
      }
      return Picture(bytes: bytes, format: format)
    }
  }

  private func photo(_ settings: StylizeSettings, _ upload: String?) async throws -> HeldPhoto {
    if let upload {
      return try await photos.read(
        upload, name: "photo", size: settings.size, limit: Self.usualSize)
    }
    guard let id = settings.photo else {
      throw ServiceError.badSetting(
        "photo", reason: "missing; send a photo to /api/v1/photos first and give its id")
    }
    return try await photos.photo(id, size: settings.size, limit: Self.usualSize)
  }
}
