import ImpastoTensors

/// The extents of a batch of matrix products `[m, k]·[k, n]`.
struct ProductShape: Hashable, Sendable {
  let batch, m, k, n: Int
  let isFirstTransposed: Bool

  init(_ a: Tensor, transposed: Bool, _ b: Tensor) {
    precondition(
      a.shape.rank == 3 && b.shape.rank == 3 && a.shape[0] == b.shape[0]
        && a.shape[transposed ? 1 : 2] == b.shape[1] && a.scalarType == b.scalarType,
      "a product of \(a.shape)\(transposed ? "ᵀ" : "") and \(b.shape)")
    batch = a.shape[0]
    m = a.shape[transposed ? 2 : 1]
    k = b.shape[1]
    n = b.shape[2]
    isFirstTransposed = transposed
  }

  /// `[batch, m, n]`.
  var result: Shape { [batch, m, n] }
}
