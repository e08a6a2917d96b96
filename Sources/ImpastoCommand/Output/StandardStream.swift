import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging

/// The meaning of `-` in place of a file: standard input or output.
enum StandardStream {
  /// The name on the command line.
  static let name = "-"
  private static let inputTitle = "standard input"
  private static let outputTitle = "standard output"
  /// Indicates whether the program was started without a standard output.
  static var isOutputClosed: Bool { fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE == O_RDONLY }

  /// Makes sure that a standard stream that is closed, or that nobody reads, ends no work.
  ///
  /// Writing there is an error from then on, as is writing more than a file may hold.
  static func prepare() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // Takes the lowest free number, which the next file would get otherwise. Nothing can be written
      // there, by which it is known again after the program has started itself anew.
      _ = open("/dev/null", O_RDONLY)
    }
    // Unlike ignoring them, a handler is not handed on to the programs that are started.
    for number in [SIGPIPE, SIGXFSZ] { signal(number) { _ in } }
  }

  /// The name in messages of the photo at `path`.
  static func title(ofInput path: String) -> String { path == name ? inputTitle : path }

  /// The name in messages of the result at `path`.
  static func title(ofOutput path: String) -> String { path == name ? outputTitle : path }

  /// Opens the picture on standard input.
  ///
  /// - Parameter limit: The most bytes that it may have.
  static func openPhoto(atMost limit: Int?) throws -> ImageReader {
    let bytes: Data
    do throws(FileError) {
      bytes = try FileContents.readStandardInput(
        atMost: min(limit ?? .max, FileContents.defaultLimit), where: ImageReader.isPicture)
    } catch {
      if case .empty = error { throw CommandError.noStandardInput }
      throw error
    }
    return try ImageReader(encoded: bytes, name: inputTitle, keepingAlpha: true)
  }

  /// Refuses to fill a terminal with the bytes of a picture, and to write one to nowhere.
  static func checkOutput() throws {
    if isOutputClosed { throw CommandError.cannotWriteOutput(reason: "it is closed") }
    guard isatty(STDOUT_FILENO) == 0 else {
      throw ValidationError(
        "--output - would print the picture on the terminal; add > FILE, or name the file instead")
    }
  }

  /// Begins a picture on standard output, as PNG.
  static func openPicture(
    width: Int, height: Int, hasAlpha: Bool, metadata: ImageMetadata
  ) throws(ImageError) -> ImageWriter {
    try ImageWriter(
      as: .png, name: outputTitle, width: width, height: height, hasAlpha: hasAlpha,
      metadata: metadata
    ) { bytes throws(FileError) in
      try AtomicFile.Writer(descriptor: STDOUT_FILENO, path: outputTitle).append(bytes)
    }
  }
}
