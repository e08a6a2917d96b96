import ImpastoCompute
public import ImpastoDifferentiation
public import ImpastoTensors

/// The γ and β of every style: one row each, all layers side by side.
public struct StyleBank: Sendable {
  /// The reserved name of the row that returns the photo itself.
  public static let photoName = "photo"

  /// The names of the rows, in order.
  public let names: [String]
  /// γ, f32 `[styles, channels of all layers]`.
  public var scale: Tensor
  /// β, f32 `[styles, channels of all layers]`.
  public var shift: Tensor
  /// The number of channels, the first ones, that belong to the encoder of the network that a
  /// ``StyleModel`` puts the bank beside.
  package private(set) var encoderChannels = 0
  /// Indicates whether the row `photo` counts relative to each photo in the last layer.
  private var isPhotoRelative = true

  /// Creates a bank from its rows.
  ///
  /// - Precondition: one row per name.
  public init(names: [String], scale: Tensor, shift: Tensor) {
    precondition(
      scale.shape == shift.shape && scale.shape.rank == 2 && scale.shape[0] == names.count,
      "\(names.count) styles with γ \(scale.shape) and β \(shift.shape)")
    self.names = names
    self.scale = scale
    self.shift = shift
  }

  /// Creates a bank in which every style scales by 1 and shifts by 0.
  public init(names: [String], architecture: TransformArchitecture) {
    let shape: Shape = [names.count, architecture.styleLength]
    let bank = StyleBank(
      names: names, scale: Tensor(repeating: 1, shape: shape), shift: Tensor(zeros: shape))
    self = bank.fitted(to: architecture)
  }

  /// The bank beside a network of `architecture`.
  package func fitted(to architecture: TransformArchitecture) -> StyleBank {
    var bank = self
    bank.encoderChannels = architecture.encoderLength
    bank.isPhotoRelative = architecture.givesLogits
    return bank
  }

  /// The index of the `photo` row, if the bank has one.
  public var photoIndex: Int? { names.firstIndex(of: Self.photoName) }

  /// The rows of a batch: for each photo the mixture of the bank's rows by its weights.
  ///
  /// In a last layer that gives logits the `photo` row counts relative to the photo: its γ times,
  /// and its β plus, the deviation and the mean of the photo's own logits, which normalization has
  /// erased.
  ///
  /// Between the photo and a style, the layers do not move alike: with p the weight of `photo`, it
  /// counts p(2 − p) in the encoder and p² after it, and the styles share the rest in proportion.
  /// The style then appears evenly. If all layers moved alike, the pictures between would resemble
  /// neither.
  ///
  /// - Parameters:
  ///   - weights: For each photo one weight per row of the bank; they sum to 1.
  ///   - statistics: Of the batch; needed where `photo` has weight and the network gives logits.
  ///   - scale: This bank's γ on a tape.
  ///   - shift: This bank's β on a tape.
  public func rows(
    weights: [[Float]], statistics: PhotoStatistics?, scale: Variable, shift: Variable
  ) -> StyleRows {
    let photoIndex = photoIndex.flatMap { row in weights.contains { $0[row] != 0 } ? row : nil }
    let statistics = isPhotoRelative && photoIndex != nil ? statistics : nil
    precondition(
      weights.allSatisfy { $0.count == names.count }
        && (statistics?.mean.count ?? 0).isMultiple(of: max(1, weights.count))
        && (statistics != nil || photoIndex == nil || !isPhotoRelative),
      "weights for \(names.count) styles and statistics of \(weights.count) photos expected")
    let mixing = RowMixing(
      weights: weights, length: self.scale.shape[1], encoderChannels: encoderChannels,
      photoIndex: photoIndex, statistics: statistics)
    return StyleRows(
      scale: scale.derived(mixing.scale(scale.value)) { mixing.scaleGradient($0) },
      shift: shift.derived(mixing.shift(shift.value)) { mixing.shiftGradient($0) })
  }
}

/// The γ and β of each photo of a batch: f32 `[batch, channels of all layers]`.
public struct StyleRows {
  package let scale: Variable
  package let shift: Variable
}

extension Variable {
  /// A value computed from this one, with how to pull its gradient back.
  fileprivate func derived(
    _ value: Tensor, pullback: @escaping (Tensor) -> Tensor
  ) -> Variable {
    let (slot, kernels) = (slot, tape.backend.kernels)
    return tape.record(value, operands: [slot]) { slot?.accumulate(pullback($0), kernels) }
  }
}
