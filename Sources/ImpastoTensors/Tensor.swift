/// Scalars of one type in row-major order, with value semantics.
///
/// A tensor shares its storage with its copies; writing to one that is shared copies it first.
public struct Tensor: Sendable {
  /// The extents, outermost first.
  public private(set) var shape: Shape
  /// The type of the scalars.
  public let scalarType: ScalarType
  private var storage: Storage
  /// The offset of the scalars in `storage`, in bytes.
  private var offset = 0

  /// Creates a tensor whose bytes `initialize` must all write.
  package init(
    uninitialized shape: Shape, _ scalarType: ScalarType = .float32,
    initialize: (UnsafeMutableRawPointer) -> Void
  ) {
    self.shape = shape
    self.scalarType = scalarType
    storage = Storage(byteCount: shape.count * scalarType.size)
    initialize(storage.base)
  }

  /// Creates a tensor of zeros.
  public init(zeros shape: Shape, _ scalarType: ScalarType = .float32) {
    let byteCount = shape.count * scalarType.size
    self.init(uninitialized: shape, scalarType) { base in
      _ = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
        .initializeMemory(as: UInt8.self, repeating: 0)
    }
  }

  /// Creates a tensor in which every scalar is `value`.
  public init(repeating value: Float, shape: Shape, _ scalarType: ScalarType = .float32) {
    self.init([Float](repeating: value, count: shape.count), shape: shape, scalarType)
  }

  /// Creates a tensor from `scalars` in row-major order, rounded to `scalarType`.
  ///
  /// - Precondition: `scalars.count == shape.count`.
  public init(_ scalars: [Float], shape: Shape, _ scalarType: ScalarType = .float32) {
    precondition(scalars.count == shape.count, "\(scalars.count) scalars for shape \(shape)")
    self.init(uninitialized: shape, scalarType) { base in
      switch scalarType {
      case .float32:
        base.initializeMemory(as: Float.self, from: scalars, count: scalars.count)
      case .bfloat16:
        base.initializeMemory(
          as: UInt16.self, from: scalars.map(\.bfloat16Bits), count: scalars.count)
      }
    }
  }

  /// The number of scalars.
  public var count: Int { shape.count }

  /// The number of bytes that the scalars take.
  public var byteCount: Int { count * scalarType.size }

  /// A copy of the scalars in row-major order, widened to `Float`.
  public var scalars: [Float] {
    withUnsafeBytes { bytes in
      switch scalarType {
      case .float32: Array(bytes.bindMemory(to: Float.self))
      case .bfloat16: bytes.bindMemory(to: UInt16.self).map(Float.init(bfloat16Bits:))
      }
    }
  }

  /// The same scalars under another shape.
  ///
  /// - Precondition: `shape.count == count`.
  public func reshaped(to shape: Shape) -> Tensor {
    precondition(shape.count == count, "shape \(self.shape) cannot become \(shape)")
    var result = self
    result.shape = shape
    return result
  }

  /// Some pixel rows of one image, which share its storage.
  ///
  /// - Precondition: `shape.batch == 1`, and the image has the rows.
  package func rows(_ range: Range<Int>) -> Tensor {
    precondition(
      shape.batch == 1 && range.lowerBound >= 0 && range.upperBound <= shape.height,
      "rows \(range) of \(shape)")
    var result = self
    result.shape = [1, range.count, shape.width, shape.channels]
    result.offset += range.lowerBound * shape.width * shape.channels * scalarType.size
    return result
  }

  /// Calls `body` with the scalars' bytes.
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: storage.base + offset, count: byteCount))
  }

  /// Calls `body` with the scalars' bytes for writing.
  package mutating func withUnsafeMutableBytes<Result, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = Storage(byteCount: byteCount)
      copy.base.copyMemory(from: storage.base + offset, byteCount: byteCount)
      (storage, offset) = (copy, 0)
    }
    return try body(UnsafeMutableRawBufferPointer(start: storage.base + offset, count: byteCount))
  }
}
