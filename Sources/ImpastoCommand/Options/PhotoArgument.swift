import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions

/// The photo of a command that makes a new picture of it.
struct PhotoArgument: ParsableArguments {
  @Argument(help: "Photo: \(ImageFormat.readTitles).")
  var photo: String

  /// Refuses, before the work, an output that would destroy the photo or that cannot be written.
  func checkOutput(_ output: String) throws {
    guard FilePlace(output) != FilePlace(photo) else {
      throw ValidationError(
        "\(output) would be written over the photo \(photo); name another --output")
    }
    try Folder.checkWritable(output)
  }

  /// Refuses an output whose extension names no picture.
  ///
  /// - Parameter others: Extensions, with their dot, that would have been right as well.
  static func checkExtension(of output: String, besides others: [String] = []) throws {
    guard !ImageFormat.isWritten(to: output) else { return }
    throw ValidationError(
      """
      --output \(output): the extension does not name a format to write; end the name in \
      \(ImageFormat.writtenExtensions(besides: others))
      """)
  }
}
