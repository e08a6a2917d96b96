public import ImpastoTensors
import Synchronization

/// The weights of a convolution, with the forms into which backends have packed them.
///
/// The weights never change; a training step makes new filters from its updated parameters.
public final class ConvolutionFilter: Sendable {
  /// f32, `[outputs, height, width, inputs]`.
  public let weights: Tensor

  private static let maximumForms = 8
  private let packed = Mutex<[PackedForm: Tensor]>([:])
  private let derivatives = Mutex<[Derivation: ConvolutionFilter]>([:])

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

  /// The way in which another filter is derived from this one.
  enum Derivation: Hashable {
    case merged(FilterMerging)
    case pixelGroups
  }

  /// The filter that `derive` makes of the weights; made at its first use.
  func derived(_ derivation: Derivation, _ derive: (Tensor) -> Tensor) -> ConvolutionFilter {
    derivatives.withLock { derivatives in
      if let filter = derivatives[derivation] { return filter }
      let filter = ConvolutionFilter(derive(weights))
      derivatives[derivation] = filter
      return filter
    }
  }

  /// The filter that does in one what the step of `merging` and this filter do.
  package func merged(by merging: FilterMerging) -> ConvolutionFilter {
    derived(.merged(merging), merging.merged)
  }

  /// The form of packed weights, by the routine that reads them.
  enum PackedForm: Hashable {
    /// A plan of oneDNN.
    case plan(OneDNNPlanKey)
    /// A `KernelConvolution` of images of any size.
    case kernels(ScalarType, isGradient: Bool)
  }

  /// The weights in `form`, made by `pack` at their first use.
  func packed(as form: PackedForm, pack: () -> Tensor) -> Tensor {
    packed.withLock { forms in
      if let tensor = forms[form] { return tensor }
      if forms.count >= Self.maximumForms { forms = [:] }  // As many as sizes in use at a time.
      let tensor = pack()
      forms[form] = tensor
      return tensor
    }
  }
}
