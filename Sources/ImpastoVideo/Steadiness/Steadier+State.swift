public import Foundation
import ImpastoImaging

/// The state in which a later run goes on: the numbers of the processor that wrote them, one array
/// after the other.
extension Steadier {
  private static let version: UInt8 = 2

  /// All that the next frame's picture depends on.
  public var state: Data {
    var state = Data([Self.version])
    guard let previous else { return state }
    state.append(numbers: [Int64(paintings.count)])
    state.append(numbers: [coverage ?? -1])
    state.append(previous)
    for painting in paintings { state.append(painting) }
    return state
  }

  /// Continues from `state`, that of a steadier of frames of the same size.
  ///
  /// - Returns: nil where it is none.
  public init?(threads: Int, state: Data, width: Int, height: Int) {
    self.init(threads: threads)
    var state = state[...]
    guard state.popFirst() == Self.version else { return nil }
    guard !state.isEmpty else { return }
    let half = (width: (width + 1) / 2, height: (height + 1) / 2)
    guard let count = state.numbers(Int64.self, 1), (0...1000).contains(count[0]),
      let coverage = state.numbers(Float.self, 1),
      let previous = state.pyramid(half.width, half.height, self.threads)
    else { return nil }
    self.previous = previous
    self.coverage = coverage[0] < 0 ? nil : coverage[0]
    for _ in 0..<count[0] {
      guard
        let painting = state.painting(
          half.width, half.height, pixels: width * height, self.threads)
      else { return nil }
      paintings.append(painting)
    }
    guard state.isEmpty else { return nil }
  }
}

extension Data {
  fileprivate mutating func append<Number>(numbers: [Number]) {
    numbers.withUnsafeBytes { append(contentsOf: $0) }
  }

  fileprivate mutating func append(_ frame: MotionPyramid) {
    append(numbers: frame.colors)
    append(numbers: frame.levels[0].grey)
  }

  fileprivate mutating func append(_ painting: CarriedPainting) {
    append(painting.frame)
    append(numbers: painting.coefficients)
    append(numbers: [painting.age])
    append(numbers: [painting.tint])
    append(numbers: [Int64(painting.unrelatedFrames), painting.flows == nil ? 0 : 1])
    if let flows = painting.flows {
      append(numbers: flows.flow.planes)
      append(numbers: flows.back.planes)
    }
  }
}

extension Data.SubSequence {
  /// Takes `count` numbers.
  ///
  /// - Returns: nil where there are fewer.
  fileprivate mutating func numbers<Number>(_ type: Number.Type, _ count: Int) -> [Number]? {
    let size = count * MemoryLayout<Number>.stride
    guard self.count >= size else { return nil }
    let bytes = prefix(size)
    removeFirst(size)
    return .filled(count) { numbers in
      bytes.copyBytes(to: UnsafeMutableRawBufferPointer(start: numbers, count: size))
    }
  }

  fileprivate mutating func pyramid(
    _ width: Int, _ height: Int, _ threads: Int32
  ) -> MotionPyramid? {
    guard let colors = numbers(Float.self, 4 * width * height),
      let grey = numbers(Float.self, MotionPyramid.greyCount(width, height))
    else { return nil }
    return MotionPyramid(
      colors: colors, largest: .init(width: width, height: height, grey: grey), threads: threads)
  }

  fileprivate mutating func painting(
    _ width: Int, _ height: Int, pixels: Int, _ threads: Int32
  ) -> CarriedPainting? {
    let planes = 2 * width * height
    guard let frame = pyramid(width, height, threads),
      let coefficients = numbers(Int16.self, 4 * pixels),
      let age = numbers(Float.self, 1), let tint = numbers(SIMD4<Float>.self, 1),
      let counts = numbers(Int64.self, 2), (0...1000).contains(counts[0])
    else { return nil }
    var painting = CarriedPainting(frame: frame, coefficients: coefficients)
    (painting.age, painting.tint, painting.unrelatedFrames) = (age[0], tint[0], Int(counts[0]))
    if counts[1] == 1 {
      guard let flow = numbers(Float.self, planes), let back = numbers(Float.self, planes) else {
        return nil
      }
      painting.flows = (
        OpticalFlow(width: width, height: height, planes: flow),
        OpticalFlow(width: width, height: height, planes: back)
      )
    }
    return painting
  }
}
