public import ImpastoImaging

/// A photo that is read and scaled once, and held to be painted with many settings.
public struct HeldPhoto: Sendable {
  /// The photo's name in errors.
  public let name: String
  /// The photo at the size that it is painted at.
  public let picture: Image
  /// The metadata of the photo's file.
  public let metadata: ImageMetadata
  /// The warnings about the photo, as sentences that name the file.
  public let warnings: [String]

  /// Reads a photo.
  ///
  /// - Throws: ``SessionError/cannotStylize(_:reason:)`` where that takes more memory than is
  ///   allowed; `ImageError` where the photo cannot be read.
  public init(_ opened: OpenedPhoto, memory: MemoryBudget) throws {
    _ = try memory.tensorBytes(
      for: opened, painting: 0, reading: opened.readingBytes, tensors: 0)
    name = opened.name
    (picture, metadata, warnings) = try opened.image()
  }

  /// The bytes that it takes.
  public var bytes: Int { picture.width * picture.height * (picture.opacity == nil ? 3 : 4) }
}
