import ImpastoCompute
import ImpastoNetworks

/// A network as another program's file shows it: convolutions in the order in which they run.
package struct TracedNetwork: Sendable {
  /// A factor and an addend for each channel.
  struct ChannelMap: Equatable, Sendable {
    var factor: [Double] = [1, 1, 1]
    var offset: [Double] = [0, 0, 0]

    /// Indicates whether it changes nothing.
    var isIdentity: Bool { self == ChannelMap() }

    /// Lets another factor and addend follow.
    mutating func follow(factor other: [Double], offset added: [Double]) {
      factor = zip(factor, other).map(*)
      offset = zip(zip(offset, other).map(*), added).map(+)
    }
  }

  /// The conversion of a photo before the first layer.
  var input = ChannelMap()
  /// The bounds that the graph sets the photo, each after the conversion as it was then.
  var inputBounds: [(input: ChannelMap, bounds: ClosedRange<Float>, node: String)] = []
  /// The conversion of the last layer's result.
  var output = ChannelMap()
  var layers: [TracedLayer] = []
  /// The styles that the network knows.
  var styleCount = 1
}

/// A convolution, and what is done to its result before the next one reads it.
struct TracedLayer: Sendable {
  /// The part of a layer that has been followed.
  enum Stage { case convolved, normalized, activated, added }

  /// An instance normalization.
  struct Normalization: Sendable {
    let epsilon: Double
    /// γ of each style, or one for all of them, by channel.
    var scale: [[Double]]
    /// β of the same.
    var shift: [[Double]]
  }

  /// Its name in the file, for messages.
  let name: String
  let kernel: Int
  let inputs: Int
  let outputs: Int
  /// `[outputs, inputs, kernel, kernel]`.
  var weights: [Double]
  /// One per output.
  var bias: [Double]
  let scaling: TransformArchitecture.Layer.Scaling
  let padding: Frame
  var normalization: Normalization?
  var activation = Activation.linear
  /// The earlier layer whose result is added.
  var addend: Int?
  var stage = Stage.convolved

  /// Indicates whether its weights are numbers of f32.
  var isFinite: Bool {
    let vectors = normalization.map { $0.scale + $0.shift } ?? []
    return ([weights, bias] + vectors).joined().allSatisfy { Float($0).isFinite }
  }

  /// Lets a factor and an addend for each output follow the convolution.
  mutating func scaleConvolution(factor: [Double], offset: [Double]) {
    let length = weights.count / outputs
    for output in 0..<outputs {
      for index in output * length..<(output + 1) * length { weights[index] *= factor[output] }
      bias[output] = bias[output] * factor[output] + offset[output]
    }
  }
}

extension TracedLayer.Normalization {
  /// Lets a factor and an addend follow, each for every style or for all alike; nil where that is no
  /// γ and β any more.
  func following(factor: [[Double]], offset: [[Double]]) -> Self? {
    let count = max(scale.count, factor.count, offset.count)
    func row(_ rows: [[Double]], _ index: Int) -> [Double] { rows[rows.count == 1 ? 0 : index] }
    // What each style multiplies twice is no sum by the styles' weights.
    guard factor.count == 1 || scale.count == 1 && shift.count == 1 else { return nil }
    var result = self
    result.scale = (0..<count).map { zip(row(scale, $0), row(factor, $0)).map(*) }
    result.shift = (0..<count).map { index in
      zip(zip(row(shift, index), row(factor, index)).map(*), row(offset, index)).map(+)
    }
    return result
  }
}
