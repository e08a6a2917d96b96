extension Task where Failure == any Error {
  /// The value of the task, which is cancelled with the one that waits for it.
  var valueUntilCancelled: Success {
    get async throws {
      try await withTaskCancellationHandler {
        try await value
      } onCancel: {
        cancel()
      }
    }
  }
}
