import Hummingbird
import NIOCore

/// The body of a request, refused as soon as it is too large or comes too slowly.
struct LimitedBody: AsyncSequence, Sendable {
  let body: RequestBody
  /// The most bytes that are accepted.
  let limit: Int
  /// The time that any body may take.
  static let patience = Duration.seconds(20)
  /// The bytes that have to come in each second beyond that.
  static let minimumRate = 20_000

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var body: RequestBody.AsyncIterator
    fileprivate let limit: Int
    fileprivate var count = 0
    fileprivate let begun = ContinuousClock.now

    mutating func next() async throws -> ByteBuffer? {
      let next: ByteBuffer?
      do { next = try await body.next() } catch {
        throw ServiceError.malformed("the body breaks off before its end; send it again")
      }
      guard let piece = next else { return nil }
      count += piece.readableBytes
      guard count <= limit else { throw ServiceError.bodyTooLarge(limit: limit) }
      let allowed = LimitedBody.patience + .seconds(Double(count) / Double(LimitedBody.minimumRate))
      guard ContinuousClock.now - begun <= allowed else { throw ServiceError.bodyTooSlow }
      return piece
    }
  }

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(body: body.makeAsyncIterator(), limit: limit)
  }
}

extension Request {
  /// The body, of `limit` bytes at most.
  ///
  /// - Throws: ``ServiceError/bodyTooLarge(limit:)`` where its length says so already.
  func limitedBody(limit: Int) throws(ServiceError) -> LimitedBody {
    if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw .bodyTooLarge(limit: limit)
    }
    return LimitedBody(body: body, limit: limit)
  }
}
