import ImpastoFiles
import ImpastoImaging

/// A picture in the making: a file that appears when it is complete, or standard output.
struct PictureOutput {
  private let writer: ImageWriter
  private let path: String
  private let isStreamed: Bool

  /// Begins the picture at `path`, or on standard output as PNG.
  ///
  /// - Parameter hasAlpha: Whether rows have an opacity.
  init(
    _ path: String, width: Int, height: Int, quality: Int, hasAlpha: Bool, metadata: ImageMetadata
  ) throws(ImageError) {
    self.path = path
    isStreamed = path == StandardStream.name
    writer =
      isStreamed
      ? try StandardStream.openPicture(
        width: width, height: height, hasAlpha: hasAlpha, metadata: metadata)
      : try ImageWriter(
        to: path, width: width, height: height, quality: quality, hasAlpha: hasAlpha,
        metadata: metadata)
  }

  /// Writes the next rows.
  func write(_ rows: Image) throws {
    try naming { try writer.write(rows) }
  }

  /// Completes the picture.
  func finish() throws { try naming { try writer.finish() } }

  /// The error to report where a signal has stopped the picture.
  var interruption: CommandError { isStreamed ? .interruptedOutput : .interrupted(path) }

  /// Gives an error of standard output, which has no folder to check, its own remedy.
  private func naming(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch ImageError.file(.cannotWrite(_, let reason)) where isStreamed {
      throw CommandError.cannotWriteOutput(reason: reason)
    }
  }
}
