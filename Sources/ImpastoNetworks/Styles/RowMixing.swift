import ImpastoDifferentiation
import ImpastoTensors

/// The mixing of a bank's rows into one for each photo of a batch, which is linear, and its adjoint.
struct RowMixing {
  /// For each photo one weight per row of the bank.
  private let weights: [[Float]]
  /// The channels of all layers.
  private let length: Int
  private let encoderChannels: Int
  /// The row `photo`, where it has weight.
  private let photoIndex: Int?
  /// The shares of each row in the encoder, and after it.
  private let early, late: [[Float]]
  /// The statistics that the last layer's `photo` row is relative to; empty where it is not.
  private let mean, deviation: [Float]
  /// The channels of the last layer that is relative to the photo.
  private let outputs: Int

  init(
    weights: [[Float]], length: Int, encoderChannels: Int, photoIndex: Int?,
    statistics: PhotoStatistics?
  ) {
    (self.weights, self.length) = (weights, length)
    (self.encoderChannels, self.photoIndex) = (encoderChannels, photoIndex)
    early = weights.map { StyleBank.encoderShares($0, photo: photoIndex) }
    late = weights.map { StyleBank.laterShares($0, photo: photoIndex) }
    (mean, deviation) = (statistics?.mean ?? [], statistics?.deviation ?? [])
    outputs = mean.count / max(1, weights.count)
  }

  /// The share of the bank's β of one row and channel that the photo gets.
  private func share(_ photo: Int, _ row: Int, _ channel: Int) -> Float {
    (channel < encoderChannels ? early : late)[photo][row]
  }

  /// The share of the γ, which the last layer multiplies by the photo's deviation for the row
  /// `photo`.
  private func gain(_ photo: Int, _ row: Int, _ channel: Int) -> Float {
    let share = share(photo, row, channel)
    guard row == photoIndex, channel >= length - outputs else { return share }
    return share * deviation[photo * outputs + channel - (length - outputs)]
  }

  /// The γ of each photo, of the bank's.
  func scale(_ bank: Tensor) -> Tensor {
    Tensor(mixed(bank, by: gain), shape: [weights.count, length])
  }

  /// The β of each photo, of the bank's and the photo's own mean.
  func shift(_ bank: Tensor) -> Tensor {
    var shift = mixed(bank, by: share)
    if let photoIndex {
      for photo in weights.indices {
        for output in 0..<outputs {
          shift[(photo + 1) * length - outputs + output] +=
            late[photo][photoIndex] * mean[photo * outputs + output]
        }
      }
    }
    return Tensor(shift, shape: [weights.count, length])
  }

  /// The gradient of the bank's γ, of that of each photo's.
  func scaleGradient(_ gradient: Tensor) -> Tensor { unmixed(gradient, by: gain) }

  /// The gradient of the bank's β, of that of each photo's.
  func shiftGradient(_ gradient: Tensor) -> Tensor { unmixed(gradient, by: share) }

  /// Only the rows that count are read: a bank may have a thousand.
  private func mixed(_ bank: Tensor, by gain: (Int, Int, Int) -> Float) -> [Float] {
    bank.withUnsafeBytes { bytes in
      let bank = bytes.bindMemory(to: Float.self)
      var result = [Float](repeating: 0, count: weights.count * length)
      for photo in weights.indices {
        for row in weights[photo].indices where weights[photo][row] != 0 {
          for channel in 0..<length {
            result[photo * length + channel] +=
              gain(photo, row, channel) * bank[row * length + channel]
          }
        }
      }
      return result
    }
  }

  /// The adjoint of ``mixed(_:by:)``.
  private func unmixed(_ gradient: Tensor, by gain: (Int, Int, Int) -> Float) -> Tensor {
    let gradient = gradient.scalars
    let rows = weights.first?.count ?? 0
    var result = [Float](repeating: 0, count: rows * length)
    for photo in weights.indices {
      for row in weights[photo].indices where weights[photo][row] != 0 {
        for channel in 0..<length {
          result[row * length + channel] +=
            gain(photo, row, channel) * gradient[photo * length + channel]
        }
      }
    }
    return Tensor(result, shape: [rows, length])
  }
}

extension StyleBank {
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
