import Foundation
import Hummingbird
import ImpastoFiles
import ImpastoStylizing

/// The routes for what watches the service, and for the description of its interface.
struct SystemRoutes: Sendable {
  let models: ModelLibrary
  let queue: PaintingQueue
  let metrics: Metrics
  /// The path of the description of the interface.
  let description: String

  var routes: [Route] {
    [
      .get("/healthz") { _, _ in .json(["status": "ok"]) },
      .get("/readyz") { _, _ in
        _ = try await models.models()
        return .json(["status": "ready"])
      },
      .get("/metrics") { _, _ in
        let text = metrics.text(
          gauges: [
            (
              "impasto_paintings", "Pictures that wait or are painted at once.",
              await queue.count
            ), ("process_resident_memory_bytes", "Bytes of memory.", Memory().held ?? 0),
          ])
        return .bytes(Data(text.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
      },
      .get("/api/v1/openapi.json") { request, _ in
        .cached(
          try FileContents.read(description), type: "application/json", for: request)
      },
    ]
  }
}
