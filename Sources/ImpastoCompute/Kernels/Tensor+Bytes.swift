import ImpastoTensors

extension UnsafeRawBufferPointer {
  /// The address of the first byte; tensors always have one.
  var start: UnsafeRawPointer {
    guard let baseAddress else { preconditionFailure("a tensor without storage") }
    return baseAddress
  }
}

extension UnsafeMutableRawBufferPointer {
  /// The address of the first byte; tensors always have one.
  var start: UnsafeMutableRawPointer {
    guard let baseAddress else { preconditionFailure("a tensor without storage") }
    return baseAddress
  }
}

/// Calls `body` with the bytes of `tensor`, or with nil where there is none.
func withBytes<Result>(of tensor: Tensor?, _ body: (UnsafeRawPointer?) -> Result) -> Result {
  guard let tensor else { return body(nil) }
  return tensor.withUnsafeBytes { body($0.start) }
}
