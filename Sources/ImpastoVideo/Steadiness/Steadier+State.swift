public import Foundation
import ImpastoImaging

/// The state in which a later run goes on: the numbers of the processor that wrote them, one array
/// after the other.
extension Steadier {
  private static let version: UInt8 = 1

  /// All that the next frame's picture depends on.
  public var state: Data {
    var state = Data([Self.version])
    guard let previous, let key else { return state }
    state.append(numbers: [Int64(age), later == nil ? 0 : 1])
    state.append(numbers: [coverage ?? -1])
    state.append(previous)
    for source in [key, later].compactMap(\.self) { state.append(source) }
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
    guard let numbers = state.numbers(Int64.self, 2), let shares = state.numbers(Float.self, 1),
      let previous = state.pyramid(half.width, half.height, self.threads),
      let key = state.source(half.width, half.height, pixels: width * height, self.threads)
    else { return nil }
    (age, coverage) = (Int(numbers[0]), shares[0] < 0 ? nil : shares[0])
    (self.previous, self.key) = (previous, key)
    if numbers[1] == 1 {
      guard let later = state.source(half.width, half.height, pixels: width * height, self.threads)
      else { return nil }
      self.later = later
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

  fileprivate mutating func append(_ source: CarriedSource) {
    append(source.picture.frame)
    append(numbers: source.picture.origin)
    append(numbers: source.picture.levels)
    append(numbers: [UInt8(source.places == nil ? 0 : 1)])
    if let places = source.places {
      append(numbers: places.flow.planes)
      append(numbers: places.back.planes)
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

  fileprivate mutating func source(
    _ width: Int, _ height: Int, pixels: Int, _ threads: Int32
  ) -> CarriedSource? {
    let planes = 2 * width * height
    guard let frame = pyramid(width, height, threads),
      let origin = numbers(Float.self, 4 * width * height),
      let levels = numbers(UInt8.self, 4 * pixels), let hasPlaces = numbers(UInt8.self, 1)
    else { return nil }
    var source = CarriedSource(
      picture: CarriedPicture(frame: frame, origin: origin, levels: levels))
    if hasPlaces[0] == 1 {
      guard let flow = numbers(Float.self, planes), let back = numbers(Float.self, planes) else {
        return nil
      }
      source.places = (
        OpticalFlow(width: width, height: height, planes: flow),
        OpticalFlow(width: width, height: height, planes: back)
      )
    }
    return source
  }
}
