import CImageCodecs
import Foundation
import ImpastoFiles

/// Writes an animated GIF, picture after picture, whole or not at all.
///
/// ```swift
/// let animation = try AnimationWriter(to: "morph.gif", width: 320, height: 240)
/// for picture in pictures { try animation.append(picture) }
/// try animation.finish()
/// ```
///
/// Each picture has 256 colours of its own, chosen for it, and a pattern that stays in place mixes
/// them where a colour lies between two; a picture of no more colours keeps every pixel. Memory
/// holds one picture. Until ``finish()`` the file at the path is as it was, and it stays so where
/// that is never called.
public final class AnimationWriter {
  /// The most columns and rows of a GIF.
  public static let sideLimit = 65_535
  /// The longest time for one picture, in hundredths of a second.
  public static let delayLimit = 65_535

  private let path: String
  private let width: Int
  private let height: Int
  private let delay: Int
  private let file: AtomicFile.Draft
  private let animation: OpaquePointer
  private var count = 0

  /// Begins an animation.
  ///
  /// - Parameters:
  ///   - path: The file to write or replace.
  ///   - width: The number of columns of every picture.
  ///   - height: The number of rows of every picture.
  ///   - delay: How long each picture is shown in hundredths of a second, where nothing else is said
  ///     of it. Many viewers take less than 2 for 10.
  ///   - plays: How often the whole is shown, at most 65,536 times; zero is without end.
  /// - Throws: `ImageError.cannotAnimate` for a side beyond ``sideLimit``,
  ///   ``ImageError/file(_:)`` where nothing can be written.
  public init(
    to path: String, width: Int, height: Int, delay: Int = 10, plays: Int = 0
  ) throws(ImageError) {
    precondition(width > 0 && height > 0, "pictures of \(width)×\(height) have no pixels")
    precondition((0...Self.delayLimit).contains(delay), "a delay of \(delay)")
    precondition((0...65_536).contains(plays), "\(plays) plays")
    guard max(width, height) <= Self.sideLimit else {
      throw .cannotAnimate(
        path: path, width: width, height: height,
        reason: "a side is longer than \(Self.sideLimit) pixels")
    }
    do { file = try AtomicFile.Draft(path) } catch { throw .file(error) }
    var message = CodecMessage()
    guard
      let animation = impasto_gif_begin(
        UInt32(width), UInt32(height), Int32(plays), &message.characters)
    else {
      throw .cannotAnimate(path: path, width: width, height: height, reason: message.text)
    }
    self.animation = animation
    (self.path, self.width, self.height, self.delay) = (path, width, height, delay)
  }

  deinit { impasto_gif_free(animation) }

  /// Appends a picture.
  ///
  /// - Parameter delay: How long it is shown, if not as long as the others.
  /// - Precondition: it has the animation's size.
  /// - Throws: `ImageError.cannotAnimate` where memory is out, ``ImageError/file(_:)``, as when
  ///   the disk is full.
  public func append(_ picture: Image, delay: Int? = nil) throws(ImageError) {
    precondition(
      picture.width == width && picture.height == height,
      "\(picture.width)×\(picture.height) in an animation of \(width)×\(height)")
    let delay = delay ?? self.delay
    precondition((0...Self.delayLimit).contains(delay), "a delay of \(delay)")
    var message = CodecMessage()
    guard impasto_gif_append(animation, picture.pixels, Int32(delay), &message.characters) else {
      throw failure(message)
    }
    count += 1
    try save()
  }

  /// Completes the file and puts it in its place; nothing may be appended afterwards.
  ///
  /// - Precondition: there is a picture.
  /// - Throws: ``ImageError/file(_:)``.
  public func finish() throws(ImageError) {
    precondition(count > 0, "an animation without pictures")
    var message = CodecMessage()
    guard impasto_gif_end(animation, &message.characters) else { throw failure(message) }
    try save()
    do { try file.commit() } catch { throw .file(error) }
  }

  /// Moves what has been encoded from memory to the disk.
  private func save() throws(ImageError) {
    var count = 0
    let bytes = UnsafeRawBufferPointer(start: impasto_gif_take(animation, &count), count: count)
    do { try file.append(bytes) } catch { throw .file(error) }
  }

  private func failure(_ message: CodecMessage) -> ImageError {
    .cannotAnimate(path: path, width: width, height: height, reason: message.text)
  }
}
