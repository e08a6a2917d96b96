import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors
import Testing

extension Operation {
  static let paddings = [
    Operation(
      "padding",
      cases: [
        GradientCase(
          "reflection padding that shows each pixel up to nine times", [.input([2, 3, 3, 2])],
          padded(Frame(padding: 2))),
        GradientCase(
          "reflection padding by nothing", [.input([1, 1, 1, 3])], padded(Frame(padding: 0))),
        GradientCase(
          "padding with zeros", [.input([2, 1, 3, 2])],
          padded(Frame(padding: 2, border: .zeros))),
      ],
      timed: [.input([1, 128, 128, 64])]
    ) { padded(try $0.frame) },
    Operation(
      "pixel shuffle",
      cases: [
        GradientCase("pixels from channels", [.input([2, 3, 2, 12])], rearranged(2)),
        GradientCase(
          "pixels from the channels of one pixel", [.input([1, 1, 1, 16])], rearranged(4)),
      ],
      timed: [.input([1, 128, 128, 48])]
    ) { rearranged(try #require($0.factor)) },
    Operation(
      "cropping",
      cases: [
        GradientCase(
          "a part of some images", [.input([4, 5, 6, 3])],
          cropped(images: 1..<3, rows: 2..<4, columns: 0..<3)),
        GradientCase(
          "all of one pixel", [.input([1, 1, 1, 2])],
          cropped(images: 0..<1, rows: 0..<1, columns: 0..<1)),
      ],
      timed: [.input([4, 128, 128, 3])]),
  ]

  static let poolings = [
    Operation(
      "max pooling",
      cases: [
        GradientCase("max pooling", [.input([2, 5, 7, 3])], hasKinks: true, maxPooled),
        GradientCase(
          "max pooling of the smallest image", [.input([1, 2, 2, 1])], hasKinks: true, maxPooled),
      ],
      timed: [.input([1, 128, 128, 64])]
    ) { _ in maxPooled },
    Operation(
      "average pooling",
      cases: [GradientCase("average pooling", [.input([2, 5, 7, 3])], averagePooled)],
      timed: [.input([1, 128, 128, 64])]
    ) { _ in averagePooled },
  ]

  private static func padded(_ frame: Frame) -> Computation { { try $0.input.padded(frame) } }

  private static func rearranged(_ factor: Int) -> Computation {
    { try $0.input.rearranged(by: factor) }
  }

  private static func cropped(
    images: Range<Int>, rows: Range<Int>, columns: Range<Int>
  ) -> Computation {
    { try $0.input.cropped(to: CropWindow(images: images, rows: rows, columns: columns)) }
  }

  private static let maxPooled: Computation = { try $0.input.maxPooled() }
  private static let averagePooled: Computation = { try $0.input.averagePooled() }
}
