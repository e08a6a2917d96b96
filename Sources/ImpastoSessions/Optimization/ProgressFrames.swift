import Foundation
import ImpastoImaging

/// The pictures on the way to a result, as files in a folder and as an animation.
final class ProgressFrames {
  /// The longer side of the animation at most.
  private static let longestSide = 480
  /// The time for which the last picture is shown, in hundredths of a second.
  private static let lastDelay = 200

  /// The folder of the files.
  let folder: String
  /// The path of the animation.
  let animation: String
  private let interval: Int
  private let files: FrameFolder
  private let writer: AnimationWriter
  private let size: (width: Int, height: Int)
  private var latest: Image?

  /// Begins the pictures on the way to the result at `output`.
  ///
  /// - Parameters:
  ///   - picture: A picture of the size of all.
  ///   - interval: The iterations between two pictures.
  init(output: String, like picture: Image, interval: Int) throws {
    (folder, animation) = Self.names(output)
    self.interval = interval
    try Self.check(output)
    files = try FrameFolder(folder)
    let small = Self.small(picture)
    size = (small.width, small.height)
    writer = try AnimationWriter(to: animation, width: small.width, height: small.height)
  }

  /// Refuses an output beside which there is an animation already.
  static func check(_ output: String) throws(SessionError) {
    try Folder.checkNew(names(output).animation)
  }

  private static func names(_ output: String) -> (folder: String, animation: String) {
    let name = (output as NSString).deletingPathExtension + "-progress"
    return (name, name + ".gif")
  }

  private static func small(_ picture: Image) -> Image {
    max(picture.width, picture.height) > longestSide
      ? picture.scaled(longerSide: longestSide) : picture
  }

  /// Keeps the picture after `iteration`, made by `picture`, if it is its turn.
  func note(_ iteration: Int, _ picture: () -> Image) throws {
    guard iteration % interval == 0 else { return }
    try append(picture())
  }

  private func append(_ picture: Image) throws {
    try files.append(picture)
    // One picture late, so that the last is known when it is written.
    if let latest { try writer.append(latest) }
    latest = Self.small(picture)
  }

  /// Ends with `picture`, the one after `iteration`.
  func finish(with picture: Image, iteration: Int) throws {
    if iteration % interval != 0 { try append(picture) }
    if let latest { try writer.append(latest, delay: Self.lastDelay) }
    try writer.finish()
    files.finish()
  }
}
