package import ImpastoTensors

/// The way in which an image's extents are doubled before it is convolved.
public enum Doubling: String, Hashable, Sendable, CaseIterable {
  /// Every pixel is doubled along both axes.
  case nearest
  /// A pixel at an even place is a quarter of the one before and three quarters of its own, at an
  /// odd place three quarters of its own and a quarter of the next.
  case bilinear
  /// The pixels stand at even places, and zeros between them: what a transposed convolution reads.
  case zeros
}

/// A step before a convolution that becomes part of its filter, so that the image between the two
/// is never made.
///
/// A doubling becomes four small filters over the image as it is, one for each of the four pixels
/// that a pixel turns into: their weights are sums of the weights that meet the same pixel. A blur
/// becomes a filter two pixels larger.
package enum FilterMerging: Hashable, Sendable {
  /// Of a filter of 3×3 over a doubled image.
  case doubling(Doubling)
  /// Of any filter over an image blurred by [1 2 1]/4 along both axes.
  case blur

  /// A weight's part in the filter of one pixel of a group, along one axis.
  private struct Term {
    /// The pixel of the group: at an even (0) or odd (1) place.
    let group: Int
    let source: Int
    let target: Int
    let share: Float
  }

  /// The rows, or columns, of the filters that one of `kernel` rows becomes.
  private func size(_ kernel: Int) -> Int {
    switch self {
    case .doubling(.nearest), .doubling(.zeros): 2
    case .doubling(.bilinear): 3
    case .blur: kernel + 2
    }
  }

  /// The filters that one becomes along one axis.
  private var groups: Int { self == .blur ? 1 : 2 }

  private func terms(_ kernel: Int) -> [Term] {
    /// Of the weights of one pixel of a group: for each the pixels that it meets, with their
    /// shares.
    func terms(_ group: Int, _ shares: [[(target: Int, share: Float)]]) -> [Term] {
      shares.enumerated().flatMap { source, shares in
        shares.map { Term(group: group, source: source, target: $0.target, share: $0.share) }
      }
    }
    switch self {
    case .doubling(.nearest):
      return terms(0, [[(0, 1)], [(1, 1)], [(1, 1)]]) + terms(1, [[(0, 1)], [(0, 1)], [(1, 1)]])
    case .doubling(.zeros):
      return terms(0, [[], [(1, 1)], []]) + terms(1, [[(0, 1)], [], [(1, 1)]])
    case .doubling(.bilinear):
      // The pixel of the doubled image at an odd place before this one, at this one, and so on.
      let places: [[(target: Int, share: Float)]] = [
        [(0, 0.75), (1, 0.25)], [(0, 0.25), (1, 0.75)], [(1, 0.75), (2, 0.25)],
        [(1, 0.25), (2, 0.75)],
      ]
      return terms(0, Array(places[0..<3])) + terms(1, Array(places[1..<4]))
    case .blur:
      return terms(0, (0..<kernel).map { [($0, 0.25), ($0 + 1, 0.5), ($0 + 2, 0.25)] })
    }
  }

  /// The merged filters, `[groups²·outputs, size, size, inputs]`, of one of
  /// `[outputs, kernel, kernel, inputs]`.
  package func merged(_ weights: Tensor) -> Tensor {
    precondition(
      weights.shape.rank == 4 && weights.shape[1] == weights.shape[2]
        && (self == .blur || weights.shape[1] == 3), "a filter \(weights.shape) after \(self)")
    let (shape, source) = (weights.shape, weights.scalars)
    let (outputs, kernel, inputs) = (shape[0], shape[1], shape[3])
    let size = size(kernel)
    let target: Shape = [groups * groups * outputs, size, size, inputs]
    var result = [Float](repeating: 0, count: target.count)
    forEachPair(outputs: outputs, kernel: kernel, inputs: inputs) { plain, merged, share in
      for input in 0..<inputs { result[merged + input] += share * source[plain + input] }
    }
    return Tensor(result, shape: target)
  }

  /// The matrix A whose product A·w·Aᵀ with each filter w of `kernel` rows has the merged filters
  /// as its blocks, a group of rows and columns after the other: `[groups·size, kernel]`.
  package func matrix(kernel: Int) -> Tensor {
    let size = size(kernel)
    var result = [Float](repeating: 0, count: groups * size * kernel)
    for term in terms(kernel) {
      result[(term.group * size + term.target) * kernel + term.source] += term.share
    }
    return Tensor(result, shape: [groups * size, kernel])
  }

  /// The adjoint of `merged`, for a filter of `kernel` rows.
  package func unmerged(_ gradient: Tensor, kernel: Int) -> Tensor {
    precondition(
      gradient.shape.rank == 4 && gradient.shape[0] % (groups * groups) == 0
        && gradient.shape[1] == size(kernel) && gradient.shape[2] == size(kernel),
      "a gradient \(gradient.shape) of filters merged after \(self)")
    let source = gradient.scalars
    let (outputs, inputs) = (gradient.shape[0] / (groups * groups), gradient.shape[3])
    let target: Shape = [outputs, kernel, kernel, inputs]
    var result = [Float](repeating: 0, count: target.count)
    forEachPair(outputs: outputs, kernel: kernel, inputs: inputs) { plain, merged, share in
      for input in 0..<inputs { result[plain + input] += share * source[merged + input] }
    }
    return Tensor(result, shape: target)
  }

  /// Calls `body` with the offsets of the inputs of every weight and of each merged weight that it
  /// counts towards, and how much it does.
  private func forEachPair(
    outputs: Int, kernel: Int, inputs: Int, _ body: (Int, Int, Float) -> Void
  ) {
    let (terms, size) = (terms(kernel), size(kernel))
    for y in terms {
      for x in terms {
        let group = y.group * groups + x.group
        for output in 0..<outputs {
          body(
            ((output * kernel + y.source) * kernel + x.source) * inputs,
            (((group * outputs + output) * size + y.target) * size + x.target) * inputs,
            y.share * x.share)
        }
      }
    }
  }
}
