public import ImpastoTensors
import Synchronization

/// The weights of a convolution, with the forms into which backends have packed them.
///
/// The weights never change; a training step makes new filters from its updated parameters.
public final class ConvolutionFilter: Sendable {
  /// f32, `[outputs, height, width, inputs]`.
  public let weights: Tensor

  private let packed = Mutex<[AnyHashableSendable: Tensor]>([:])
  private let merged = Mutex<ConvolutionFilter?>(nil)

  /// Creates a filter.
  ///
  /// - Precondition: `weights` are f32 with four axes.
  public init(_ weights: Tensor) {
    precondition(
      weights.scalarType == .float32 && weights.shape.rank == 4,
      "a filter of \(weights.scalarType.rawValue) \(weights.shape)")
    self.weights = weights
  }

  /// `[outputs, height, width, inputs]`.
  public var shape: Shape { weights.shape }

  /// The four 2×2 filters that over an image do what this 3×3 filter does over the image with
  /// every pixel doubled, `[4·outputs, 2, 2, inputs]`; made at their first use.
  ///
  /// An output pixel at an even place sees one pixel once and the next twice, at an odd place the
  /// other way round: the weights that meet the same pixel are summed. That is 2.25 times fewer
  /// operations, and the upsampled image is never made.
  package func mergedForUpsampling() -> ConvolutionFilter {
    merged.withLock { merged in
      if let merged { return merged }
      let filter = ConvolutionFilter(Upsampling.merged(weights))
      merged = filter
      return filter
    }
  }

  /// The form filed under `key`, made by `pack` at its first use.
  func packed(for key: some Hashable & Sendable, pack: () -> Tensor) -> Tensor {
    packed.withLock { forms in
      let key = AnyHashableSendable(key)
      if let form = forms[key] { return form }
      let form = pack()
      forms[key] = form
      return form
    }
  }
}

/// A key of any type that is safe to share.
struct AnyHashableSendable: Hashable, @unchecked Sendable {  // Only made from Sendable values.
  private let base: AnyHashable
  init(_ base: some Hashable & Sendable) { self.base = AnyHashable(base) }
}
