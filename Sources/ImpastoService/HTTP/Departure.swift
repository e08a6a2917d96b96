import NIOCore
import Synchronization

/// Notes when a client ends its connection, or its half of it, and waits for no answer any more.
final class Departure: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  typealias InboundIn = NIOAny

  private struct State {
    var hasCome = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { note() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    note()
    context.fireChannelInactive()
  }

  /// Calls `action`, in place of one before, when the client has gone: at once where it has already.
  fileprivate func act(_ action: (@Sendable () -> Void)?) {
    let hasCome = state.withLock {
      $0.action = action
      return $0.hasCome
    }
    if hasCome { action?() }
  }

  private func note() {
    let action = state.withLock {
      $0.hasCome = true
      return $0.action
    }
    action?()
  }
}

extension ServiceContext {
  /// Does `work` while the client waits for it; its task is cancelled when the client has gone.
  ///
  /// - Throws: ``ServiceError/abandoned``, or what `work` throws.
  func whileWaitedFor<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let departure = try await channel.pipeline.handler(type: Departure.self).get()
    let task = Task { try await work() }
    departure.act { task.cancel() }
    defer { departure.act(nil) }
    do {
      return try await task.valueUntilCancelled
    } catch {
      throw task.isCancelled ? ServiceError.abandoned : error
    }
  }
}
