import ImpastoCompute
import ImpastoTensors
import Testing

struct FilterMergingTests {
  /// An image within a border of one pixel, as the merged filter reads it, and the large image that the
  /// filter itself would read, made explicitly.
  private static let mergings: [(merging: FilterMerging, border: Frame.Border, padding: Int)] = [
    (.doubling(.nearest), .repeated, 1), (.doubling(.nearest), .zeros, 1),
    (.doubling(.bilinear), .repeated, 1), (.doubling(.zeros), .zeros, 1), (.blur, .mirrored, 2),
    (.blur, .zeros, 3), (.blur, .repeated, 1),
  ]

  /// A row or column of numbers as the step before a filter leaves it, with the border that a filter of
  /// 3 pixels reads.
  private func stepped(_ line: [Double], _ merging: FilterMerging, _ frame: Frame) -> [Double] {
    func pixel(_ place: Int) -> Double {
      frame.row(shownAt: place, height: line.count).map { line[$0] } ?? 0
    }
    func doubled(_ place: Int) -> Double {
      let small = place < 0 ? (place - 1) / 2 : place / 2
      let isEven = place.isMultiple(of: 2)
      switch merging {
      case .doubling(.nearest): return pixel(small)
      case .doubling(.zeros): return isEven ? pixel(small) : 0
      default:
        return 0.75 * pixel(small) + 0.25 * pixel(isEven ? small - 1 : small + 1)
      }
    }
    guard merging == .blur else { return (-1...2 * line.count).map(doubled) }
    let width = frame.padding - 1
    return (-width..<line.count + width).map {
      0.25 * pixel($0 - 1) + 0.5 * pixel($0) + 0.25 * pixel($0 + 1)
    }
  }

  /// An image after the step before a filter, by rows and by columns.
  private func stepped(
    _ image: Tensor, _ merging: FilterMerging, _ frame: Frame
  ) -> (scalars: [Double], shape: Shape) {
    let shape = image.shape
    let scalars = image.doubles
    func at(_ n: Int, _ y: Int, _ x: Int, _ c: Int) -> Double {
      scalars[((n * shape.height + y) * shape.width + x) * shape.channels + c]
    }
    let height = stepped([Double](repeating: 0, count: shape.height), merging, frame).count
    let width = stepped([Double](repeating: 0, count: shape.width), merging, frame).count
    let target: Shape = [shape.batch, height, width, shape.channels]
    var result = [Double](repeating: 0, count: target.count)
    for n in 0..<shape.batch {
      for c in 0..<shape.channels {
        let rows = (0..<shape.height).map { y in
          stepped((0..<shape.width).map { at(n, y, $0, c) }, merging, frame)
        }
        for x in 0..<width {
          for (y, value) in stepped(rows.map { $0[x] }, merging, frame).enumerated() {
            result[((n * height + y) * width + x) * shape.channels + c] = value
          }
        }
      }
    }
    return (result, target)
  }

  @Test(arguments: mergings, [[1, 4, 4, 2], [2, 5, 7, 3], [1, 6, 5, 16]])
  func `a merged filter does what its step and the filter do`(
    merging: (merging: FilterMerging, border: Frame.Border, padding: Int), extents: [Int]
  ) {
    let image = Tensor.sixteenths(Shape(extents), seed: 1)
    let filter = ConvolutionFilter(.sixteenths([4, 3, 3, extents[3]], seed: 2))
    let frame = Frame(padding: merging.padding, border: merging.border)
    let step = ConvolutionStep(stride: merging.merging == .blur ? 2 : 1)
    let large = stepped(image, merging.merging, frame)
    let shape = ConvolutionShape(input: large.shape, filter: filter.shape, step: step)
    let expected = NaiveConvolution(shape: shape).output(
      large.scalars, filter.weights.doubles, bias: nil, rectified: false)

    let framed = kernels.apply(
      ChannelAffine.identity(channels: extents[0] * extents[3]), to: image, frame: frame)
    for backend in backends {
      let groups = backend.convolve(
        framed, with: filter.merged(by: merging.merging), bias: nil, rectified: false, step: step)
      let output =
        switch merging.merging {
        case .blur: groups
        case .doubling(.bilinear): kernels.depthToSpace(groups, factor: 2)
        case .doubling: kernels.interleave(groups)
        }
      expectEqual(output, expected, shape: shape.output, "output of \(backend.name)")
    }
  }

  @Test(arguments: [FilterMerging.blur] + Doubling.allCases.map { .doubling($0) })
  func `unmerging is the adjoint of merging`(merging: FilterMerging) {
    let weights = Tensor.sixteenths([3, 3, 3, 5], seed: 1)
    let merged = merging.merged(weights)
    let gradient = Tensor.sixteenths(merged.shape, seed: 2)
    let unmerged = merging.unmerged(gradient, kernel: 3)
    #expect(unmerged.shape == weights.shape)
    #expect(product(merged, gradient) == product(weights, unmerged))
  }

  @Test func `a filter is merged once`() {
    let filter = ConvolutionFilter(.sixteenths([2, 3, 3, 4], seed: 1))
    #expect(filter.merged(by: .blur) === filter.merged(by: .blur))
    #expect(filter.merged(by: .blur) !== filter.merged(by: .doubling(.nearest)))
  }
}
