import Glibc
import ImpastoCompute
import ImpastoTensors
import Testing

/// An affine step, an activation and a frame, by definition in `Double`.
struct FrameCase: Sendable, CustomTestStringConvertible {
  let shape: Shape
  let frame: Frame
  let activation: Activation

  var testDescription: String { "\(activation) \(shape) in \(frame.padding) \(frame.border)" }

  static let all: [FrameCase] = [
    FrameCase(shape: [1, 1, 1, 3], frame: Frame(), activation: .linear),
    FrameCase(shape: [2, 5, 4, 3], frame: Frame(), activation: .rectified),
    FrameCase(shape: [2, 4, 5, 17], frame: Frame(), activation: .sigmoid),
    FrameCase(shape: [2, 5, 4, 3], frame: Frame(padding: 1), activation: .rectified),
    FrameCase(shape: [1, 5, 6, 32], frame: Frame(padding: 4), activation: .linear),
    FrameCase(shape: [1, 3, 9, 2], frame: Frame(padding: 2), activation: .sigmoid),
    FrameCase(
      shape: [2, 4, 3, 3], frame: Frame(padding: 1, border: .repeated), activation: .rectified),
    FrameCase(
      shape: [1, 1, 2, 2], frame: Frame(padding: 3, border: .repeated), activation: .linear),
    FrameCase(
      shape: [2, 3, 4, 5], frame: Frame(padding: 2, border: .zeros), activation: .sigmoid),
    FrameCase(
      shape: [1, 1, 1, 17], frame: Frame(padding: 3, border: .zeros), activation: .linear),
    FrameCase(shape: [2, 5, 4, 3], frame: Frame(padding: 1), activation: .leaky(slope: 0.25)),
    FrameCase(shape: [2, 4, 5, 17], frame: Frame(), activation: .tanh(scale: 150)),
    FrameCase(shape: [1, 6, 5, 3], frame: Frame(padding: 1), activation: .clamped(-0.5...0.75)),
  ]

  var framedShape: Shape { frame.shape(around: shape) }

  /// Both exact in bf16, their sums and products in f32, and no sum zero where a rectifier bends.
  var affine: ChannelAffine {
    let count = shape.batch * shape.channels
    return ChannelAffine(
      scale: (0..<count).map { Float($0 % 5 + 1) / 2 * ($0 % 2 == 0 ? 1 : -1) },
      shift: (0..<count).map { Float($0 % 7 - 3) / 4 + 1 / 64 })
  }

  /// The place in the image that a place in the frame shows; nil for zeros.
  private func source(_ place: Int, _ extent: Int) -> Int? {
    let i = place - frame.padding
    switch frame.border {
    case .repeated: return min(max(i, 0), extent - 1)
    case .mirrored: return i < 0 ? -i : i < extent ? i : 2 * (extent - 1) - i
    case .zeros: return (0..<extent).contains(i) ? i : nil
    }
  }

  /// Calls `body` with the index of each scalar of the frame and of the scalar that it shows.
  private func forEachScalar(_ body: (_ framed: Int, _ shown: Int) -> Void) {
    let framed = framedShape
    for image in 0..<shape.batch {
      for y in 0..<framed.height {
        for x in 0..<framed.width {
          guard let row = source(y, shape.height), let column = source(x, shape.width) else {
            continue
          }
          let pixel = (image * shape.height + row) * shape.width + column
          for channel in 0..<shape.channels {
            body(
              ((image * framed.height + y) * framed.width + x) * shape.channels + channel,
              pixel * shape.channels + channel)
          }
        }
      }
    }
  }

  /// The row of `affine` that the scalar at `index` of the image uses.
  private func row(_ index: Int) -> Int {
    index / (shape.count / shape.batch) * shape.channels + index % shape.channels
  }

  private func linear(_ input: [Double]) -> [Double] {
    let affine = affine
    return input.indices.map {
      Double(affine.scale[row($0)]) * input[$0] + Double(affine.shift[row($0)])
    }
  }

  func output(_ input: [Double], residual: [Double]?) -> [Double] {
    let interior = linear(input).enumerated().map { index, x in
      let activated: Double =
        switch activation {
        case .linear: x
        case .rectified: max(0, x)
        case .leaky(let slope): x < 0 ? Double(slope) * x : x
        case .sigmoid: 1 / (1 + exp(-x))
        case .tanh(let scale): Double(scale) * Glibc.tanh(x)
        case .clamped(let range):
          min(max(x, Double(range.lowerBound)), Double(range.upperBound))
        }
      return activated + (residual?[index] ?? 0)
    }
    var output = [Double](repeating: 0, count: framedShape.count)
    forEachScalar { output[$0] = interior[$1] }
    return output
  }

  func gradient(
    _ arriving: [Double], input: [Double]
  ) -> (gradient: [Double], sums: [Double], products: [Double]) {
    var gradient = [Double](repeating: 0, count: shape.count)
    forEachScalar { gradient[$1] += arriving[$0] }
    var sums = [Double](repeating: 0, count: shape.batch * shape.channels)
    var products = sums
    for (index, x) in linear(input).enumerated() {
      switch activation {
      case .linear: break
      case .rectified: if x <= 0 { gradient[index] = 0 }
      case .leaky(let slope): if x <= 0 { gradient[index] *= Double(slope) }
      case .tanh(let scale):
        gradient[index] *= Double(scale) * (1 - Glibc.tanh(x) * Glibc.tanh(x))
      case .clamped(let range):
        if x <= Double(range.lowerBound) || x >= Double(range.upperBound) { gradient[index] = 0 }
      case .sigmoid: gradient[index] *= exp(-x) / ((1 + exp(-x)) * (1 + exp(-x)))
      }
      sums[row(index)] += gradient[index]
      products[row(index)] += gradient[index] * input[index]
    }
    return (gradient, sums, products)
  }
}
