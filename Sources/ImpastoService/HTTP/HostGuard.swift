import HTTPTypes
import Hummingbird
import NIOCore

/// Refuses requests to other names than the service's own.
///
/// A page of another site can make its own name lead to this machine, and would then be of the same
/// origin as the service (DNS rebinding). It cannot do so with an address.
struct HostGuard: RouterMiddleware {
  /// The names, in small letters.
  let names: Set<String>

  init(host: String, others: [String]) {
    names = Set((["localhost", host] + others).map { $0.lowercased() })
  }

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let host = request.head.authority ?? ""
    guard isKnown(host) else { throw ServiceError.wrongHost(host) }
    return try await next(request, context)
  }

  /// Returns whether `authority`, a name or address with or without a port, is this service's.
  func isKnown(_ authority: String) -> Bool {
    var name = authority.lowercased()
    if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]"),
      name[name.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
    {
      name = String(name[..<colon])
    }
    if names.contains(name) { return true }
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    return (try? SocketAddress(ipAddress: name, port: 0)) != nil
  }
}
