import Hummingbird
import Synchronization

/// Counts of what the service does, in the text format of Prometheus.
final class Metrics: Sendable {
  /// A kind of request and its answer.
  private struct Key: Hashable {
    let method, route: String
    let status: Int
  }

  /// The number of requests of a kind and the seconds that they took.
  private struct Sum {
    var count = 0
    var seconds = 0.0
  }

  private let sums = Mutex<[Key: Sum]>([:])

  /// Counts a request that is answered.
  func add(method: String, route: String, status: Int, time: Duration) {
    sums.withLock {
      let key = Key(method: method, route: route, status: status)
      $0[key, default: Sum()].count += 1
      $0[key, default: Sum()].seconds += time / .seconds(1)
    }
  }

  /// All counts, with the numbers of things that there are now.
  func text(gauges: [(name: String, help: String, value: Int)]) -> String {
    let sums = sums.withLock { $0 }.sorted {
      ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
    }
    func lines(
      _ name: String, _ help: String, _ type: String, _ values: [(labels: String, value: String)]
    ) -> String {
      "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        + values.map { "\(name)\($0.labels) \($0.value)\n" }.joined()
    }
    func labelled(_ value: (Sum) -> String) -> [(labels: String, value: String)] {
      sums.map { key, sum in
        let labels = "method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\""
        return ("{\(labels)}", value(sum))
      }
    }
    return lines(
      "impasto_requests_total", "Requests that were answered.", "counter",
      labelled { "\($0.count)" })
      + lines(
        "impasto_request_seconds_total", "Seconds until they were answered.", "counter",
        labelled { "\($0.seconds)" })
      + gauges.map { lines($0.name, $0.help, "gauge", [("", "\($0.value)")]) }.joined()
  }
}

/// Counts every request.
struct MetricsCounter: RouterMiddleware {
  let metrics: Metrics

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let begun = ContinuousClock.now
    let response = try await next(request, context)
    // Whoever asks for what is not there must not make the list longer.
    metrics.add(
      method: context.endpointPath == nil ? "other" : request.method.rawValue,
      route: context.endpointPath ?? "none", status: response.status.code,
      time: ContinuousClock.now - begun)
    return response
  }
}
