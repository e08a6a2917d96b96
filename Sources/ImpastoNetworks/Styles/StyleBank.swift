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
    let length = self.scale.shape[1]
    let photoIndex = photoIndex.flatMap { row in weights.contains { $0[row] != 0 } ? row : nil }
    let statistics = isPhotoRelative && photoIndex != nil ? statistics : nil
    let (mean, deviation) = (statistics?.mean ?? [], statistics?.deviation ?? [])
    let outputs = mean.count / max(1, weights.count)
    precondition(
      weights.allSatisfy { $0.count == names.count } && outputs * weights.count == mean.count
        && (statistics != nil || photoIndex == nil || !isPhotoRelative),
      "weights for \(names.count) styles and statistics of \(weights.count) photos expected")
    let early = weights.map { Self.encoderShares($0, photo: photoIndex) }
    let late = weights.map { Self.laterShares($0, photo: photoIndex) }
    /// The share of the bank's β of one row and channel that the photo gets.
    func weight(_ photo: Int, _ row: Int, _ channel: Int) -> Float {
      (channel < encoderChannels ? early : late)[photo][row]
    }
    /// The share of the γ, which the last layer multiplies by the photo's deviation for the row
    /// `photo`.
    func gain(_ photo: Int, _ row: Int, _ channel: Int) -> Float {
      let share = weight(photo, row, channel)
      guard row == photoIndex, channel >= length - outputs else { return share }
      return share * deviation[photo * outputs + channel - (length - outputs)]
    }
    // Only the rows that count are read: a bank may have a thousand.
    func mixed(_ bank: Tensor, gain: (Int, Int, Int) -> Float) -> [Float] {
      bank.withUnsafeBytes { bytes in
        let bank = bytes.bindMemory(to: Float.self)
        var result = [Float](repeating: 0, count: weights.count * length)
        for photo in weights.indices {
          for row in names.indices where weights[photo][row] != 0 {
            for channel in 0..<length {
              result[photo * length + channel] +=
                gain(photo, row, channel) * bank[row * length + channel]
            }
          }
        }
        return result
      }
    }
    /// The adjoint of `mixed`.
    func unmixed(_ gradient: [Float], gain: (Int, Int, Int) -> Float) -> Tensor {
      var result = [Float](repeating: 0, count: names.count * length)
      for photo in weights.indices {
        for row in names.indices where weights[photo][row] != 0 {
          for channel in 0..<length {
            result[row * length + channel] +=
              gain(photo, row, channel) * gradient[photo * length + channel]
          }
        }
      }
      return Tensor(result, shape: [names.count, length])
    }
    let mixedScale = mixed(scale.value, gain: gain)
    var mixedShift = mixed(shift.value, gain: weight)
    if let photoIndex {
      for photo in weights.indices {
        for output in 0..<outputs {
          mixedShift[(photo + 1) * length - outputs + output] +=
            late[photo][photoIndex] * mean[photo * outputs + output]
        }
      }
    }
    let shape: Shape = [weights.count, length]
    return StyleRows(
      scale: scale.derived(Tensor(mixedScale, shape: shape)) { unmixed($0.scalars, gain: gain) },
      shift: shift.derived(Tensor(mixedShift, shape: shape)) { unmixed($0.scalars, gain: weight) })
  }

  /// The share of each row in the encoder.
  static func encoderShares(_ weights: [Float], photo: Int?) -> [Float] {
    shares(weights, photo: photo, sign: 1)
  }

  /// The share of each row after the encoder.
  static func laterShares(_ weights: [Float], photo: Int?) -> [Float] {
    shares(weights, photo: photo, sign: -1)
  }

  /// Weights moved towards `photo` by `sign` times its own weight.
  ///
  /// w + sign·p·(e − w), with e 1 for `photo` and 0 for others. What is all `photo`, or without it,
  /// stays as it is.
  private static func shares(_ weights: [Float], photo: Int?, sign: Float) -> [Float] {
    guard let photo else { return weights }
    let pull = sign * weights[photo]
    return weights.indices.map {
      $0 == photo ? weights[$0] + pull * (1 - weights[$0]) : weights[$0] - pull * weights[$0]
    }
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
