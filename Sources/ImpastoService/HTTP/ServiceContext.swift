import Hummingbird
import NIOCore

/// The things that belong to a request besides its head and body.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection that the request came by.
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// The id in the path.
  ///
  /// - Parameter kind: That of the thing which has it, in words.
  /// - Throws: ``ServiceError/unknown(kind:id:)`` for what is no id.
  func identifier(of kind: String) throws -> Identifier {
    let text = try parameters.require("id")
    guard let identifier = Identifier(text) else {
      throw ServiceError.unknown(kind: kind, id: text)
    }
    return identifier
  }

  /// Ends the connection a moment after the answer: the rest of the request is not wanted.
  ///
  /// An end at once would take the answer from a client that is still sending.
  func closeSoon() {
    let channel = channel
    _ = channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
  }
}
