import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import NIOPosix

/// Small pictures of the paintings that styles are of.
struct Paintings: Sendable {
  /// The longer side in pixels.
  private static let side = 320

  private let thumbnails = SharedValues<String, Data>(limit: 8_000_000) { $0.count }
  private let thread = NIOThreadPool(numberOfThreads: 1)

  init() { thread.start() }

  /// The picture of a style's painting as JPEG: made of the painting where its folder has it, else the
  /// one of the checkpoint.
  ///
  /// - Throws: ``ServiceError/noThumbnail(style:)``.
  func thumbnail(of style: String, in model: ModelLibrary.Model) async throws -> Data {
    guard let small = model.styles.thumbnails[style] else {
      throw ServiceError.noThumbnail(style: style)
    }
    guard !model.added.contains(style),
      let folder = try? ModelSearch.stylesFolder(given: nil, model: model.path)
    else { return small }
    let painting = folder.appendingPath("\(style).jpg")
    guard FileStatus.exists(painting) else { return small }
    return try await thumbnails.value(for: painting) { [thread] in
      try await thread.runIfActive {
        try Image(contentsOf: painting).scaled(longerSide: Self.side)
          .encoded(as: .jpeg, quality: 85)
      }
    }
  }
}
