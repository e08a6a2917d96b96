import Foundation
import Hummingbird
import ImpastoImaging
import ImpastoSessions

/// Photos, masks and films that clients send.
struct PhotoRoutes: Sendable {
  let folder: DataFolder
  let photos: HeldPhotos

  var routes: [Route] {
    [
      .post("/api/v1/photos") { request, _ in
        let upload = try await Upload(.photo, request, to: folder.temporaryFile())
        defer { upload.remove() }
        return created(
          try await folder.addPhoto(from: upload.path, type: upload.type, name: upload.name))
      },
      .post("/api/v1/films") { request, _ in
        let upload = try await Upload(.film, request, to: folder.temporaryFile())
        defer { upload.remove() }
        return created(
          try await folder.addFilm(from: upload.path, type: upload.type, name: upload.name))
      },
      .get("/api/v1/photos/{id}") { request, context in
        let photo = try await stored(.photo, context)
        guard let size = try request.shownSize() else {
          return try await original(photo, request, context)
        }
        return try .shown(
          try await photos.photo(photo.id, size: nil, limit: size), for: request)
      },
      .get("/api/v1/films/{id}") { request, context in
        try await original(try await stored(.film, context), request, context)
      },
      .delete("/api/v1/photos/{id}") { _, context in try await remove(.photo, context) },
      .delete("/api/v1/films/{id}") { _, context in try await remove(.film, context) },
    ]
  }

  private func stored(
    _ kind: StoredPhoto.Kind, _ context: ServiceContext
  ) async throws -> StoredPhoto {
    let id = try context.identifier(of: kind.rawValue)
    guard let stored = try await folder.photo(id), stored.kind == kind else {
      throw ServiceError.unknown(kind: kind.rawValue, id: "\(id)")
    }
    return stored
  }

  private func original(
    _ stored: StoredPhoto, _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    try await .file(
      folder.file(of: stored.id), type: stored.type, for: request, context: context)
  }

  private func remove(
    _ kind: StoredPhoto.Kind, _ context: ServiceContext
  ) async throws -> Response {
    let id = try context.identifier(of: kind.rawValue)
    try await folder.remove(id)
    await photos.forget(id)
    return Response(status: .noContent)
  }

  private func created(_ stored: StoredPhoto) -> Response {
    let answer = StoredPhotoAnswer(stored)
    return .json(answer, status: .created, headers: [.location: answer.url])
  }
}

/// A photo or film as clients see it.
private struct StoredPhotoAnswer: Encodable {
  let id: Identifier
  let width, height, bytes: Int
  let expires: Date
  let url: String

  init(_ stored: StoredPhoto) {
    id = stored.id
    (width, height, bytes) = (stored.width, stored.height, stored.bytes)
    expires = stored.expires
    url = "/api/v1/\(stored.kind.rawValue)s/\(stored.id)"
  }
}
