import Foundation
import Hummingbird
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions
import NIOCore

/// Photos and masks that clients send.
struct PhotoRoutes: Sendable {
  /// The most bytes of a photo.
  static let sizeLimit = 200_000_000
  /// The types of photos.
  static let types = [
    "image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif", "image/tiff",
  ]
  /// The longer sides in pixels that a photo can be shown at.
  private static let shownSizes = 16...4096

  let store: PhotoStore
  let photos: HeldPhotos

  var routes: [Route] {
    [
      .post("/api/v1/photos") { request, context in
        let upload = try await Upload(request, context, to: store.temporaryFile())
        defer { upload.remove() }
        let photo = try await store.addPhoto(
          from: upload.path, type: upload.type, name: upload.name)
        let answer = PhotoAnswer(photo)
        return .json(answer, status: .created, headers: [.location: answer.url])
      },
      .get("/api/v1/photos/{id}") { request, context in
        let id = try context.identifier(of: "photo")
        guard let photo = await store.photo(id) else {
          throw ServiceError.unknown(kind: "photo", id: "\(id)")
        }
        guard let size = try request.queryNumber("size") else {
          let body = try await FileIO().loadFile(path: store.file(of: id), context: context)
          return Response(status: .ok, headers: [.contentType: photo.type], body: body)
        }
        try SessionError.check("size", size, Self.shownSizes)
        let shown = try await photos.photo(id, size: nil, limit: size)
        let bytes = try shown.picture.encoded(as: .jpeg, quality: 90)
        return .cached(bytes, type: "image/jpeg", for: request)
      },
      .delete("/api/v1/photos/{id}") { _, context in
        let id = try context.identifier(of: "photo")
        await store.remove(id)
        await photos.forget(id)
        return Response(status: .noContent)
      },
    ]
  }
}

/// A photo as clients see it.
private struct PhotoAnswer: Encodable {
  let id: Identifier
  let width, height, bytes: Int
  let expires: Date
  let url: String

  init(_ photo: StoredPhoto) {
    id = photo.id
    (width, height, bytes) = (photo.width, photo.height, photo.bytes)
    expires = photo.expires
    url = "/api/v1/photos/\(photo.id)"
  }
}
