import Foundation
import Hummingbird
import ServiceLifecycle

extension Response {
  /// An answer of server-sent events, with a comment wherever nothing happens for a while, so that
  /// nobody in between takes the connection for dead.
  static func events(_ events: AsyncStream<JobEvent>) -> Response {
    Response(
      status: .ok,
      headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
      body: .init { writer in
        // Whoever reads slowly misses events, as in the stream itself.
        let (texts, source) = AsyncStream.makeStream(
          of: String.self, bufferingPolicy: .bufferingNewest(JobEvents.limit))
        let telling = Task {
          for await event in events { source.yield(text(of: event)) }
          source.finish()
        }
        let beating = Task {
          while !Task.isCancelled {
            try await Task.sleep(for: .seconds(15))
            source.yield(": still here\n\n")
          }
        }
        defer {
          telling.cancel()
          beating.cancel()
        }
        for await text in texts.cancelOnGracefulShutdown() {
          try await writer.write(ByteBuffer(string: text))
        }
        try await writer.finish(nil)
      })
  }

  private static func text(of event: JobEvent) -> String {
    let data = String(decoding: JSONBody.encoded(event.data), as: UTF8.self)
    return "id: \(event.number)\nevent: \(event.name)\ndata: \(data)\n\n"
  }
}
