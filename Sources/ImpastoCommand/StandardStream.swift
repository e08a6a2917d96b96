import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging

/// What `-` stands for where a file is expected: standard input or output.
enum StandardStream {
  /// The name on the command line.
  static let name = "-"
  private static let inputTitle = "standard input"
  private static let outputTitle = "standard output"

  /// What to call the photo at `path` in messages.
  static func title(ofInput path: String) -> String { path == name ? inputTitle : path }

  /// What to call the result at `path` in messages.
  static func title(ofOutput path: String) -> String { path == name ? outputTitle : path }

  /// Reads a PNG or JPEG picture from standard input.
  static func readPhoto() throws -> Image {
    let bytes: Data
    do throws(FileError) {
      bytes = try FileContents.readStandardInput()
    } catch {
      if case .empty = error { throw CommandError.noInput }
      throw error
    }
    return try Image(encoded: bytes, name: inputTitle)
  }

  /// Refuses to fill a terminal with the bytes of a picture.
  static func checkOutput() throws {
    guard isatty(STDOUT_FILENO) == 0 else {
      throw ValidationError(
        "--output - would print the picture on the terminal; add > FILE, or name the file instead")
    }
  }

  /// Writes a picture to standard output as PNG.
  static func write(_ picture: Image) throws {
    let file = try picture.encoded(as: .png)
    do {
      try FileHandle.standardOutput.write(contentsOf: file)
    } catch {
      throw CommandError.cannotWriteOutput(reason: error.localizedDescription)
    }
  }
}
