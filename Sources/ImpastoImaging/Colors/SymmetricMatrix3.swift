/// A symmetric 3×3 matrix.
struct SymmetricMatrix3: Hashable, Sendable {
  /// The rows, which are the columns as well.
  var rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    (
      SIMD3(diagonal.x, others.z, others.y), SIMD3(others.z, diagonal.y, others.x),
      SIMD3(others.y, others.x, diagonal.z)
    )
  }

  /// The elements 11, 22 and 33.
  var diagonal: SIMD3<Double>
  /// The elements 23, 13 and 12.
  var others: SIMD3<Double>

  /// f(M): the matrix with the same eigenvectors, and `function` of the eigenvalues.
  func mapEigenvalues(_ function: (Double) -> Double) -> SymmetricMatrix3 {
    let (values, vectors) = eigenvectors
    var result = SymmetricMatrix3(diagonal: .zero, others: .zero)
    for (value, v) in zip(values, vectors) {
      result.diagonal += function(value) * v * v
      result.others += function(value) * SIMD3(v.y * v.z, v.x * v.z, v.x * v.y)
    }
    return result
  }

  /// The eigenvalues, and for each its eigenvector of length 1.
  ///
  /// Each rotation makes one element off the diagonal zero; what is left shrinks quadratically, so
  /// that eight rounds are more than doubles can tell.
  ///
  /// Source: Jacobi 1846, in the form of Golub and Van Loan 2013, section 8.5.
  private var eigenvectors: (values: [Double], vectors: [SIMD3<Double>]) {
    var m = [rows.0, rows.1, rows.2]
    var vectors: [SIMD3<Double>] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    for _ in 0..<8 {
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where m[p][q] != 0 {
        let slope = (m[q][q] - m[p][p]) / (2 * m[p][q])
        let tangent = (slope < 0 ? -1 : 1) / (slope.magnitude + (1 + slope * slope).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        (m[p], m[q]) = (cosine * m[p] - sine * m[q], sine * m[p] + cosine * m[q])
        for row in m.indices {
          let (a, b) = (m[row][p], m[row][q])
          (m[row][p], m[row][q]) = (cosine * a - sine * b, sine * a + cosine * b)
        }
        (vectors[p], vectors[q]) = (
          cosine * vectors[p] - sine * vectors[q], sine * vectors[p] + cosine * vectors[q]
        )
      }
    }
    return ([m[0].x, m[1].y, m[2].z], vectors)
  }
}
