public import Foundation
public import ImpastoTensors

/// A tensor as a file holds it, in any of the types that files know.
///
/// Its bytes are shared with the file's until they are asked for in order or as another type.
public struct StoredTensor: Sendable {
  /// The type of the scalars.
  public let scalarType: StoredScalarType
  /// The extents, outermost first, in the order of the file.
  public let shape: Shape
  private let layout: StridedLayout
  private let storage: Data

  /// Creates a view of `storage`, which must hold every scalar that `layout` reaches.
  init(scalarType: StoredScalarType, layout: StridedLayout, storage: Data) {
    self.scalarType = scalarType
    shape = Shape(layout.extents)
    self.layout = layout
    self.storage = storage
  }

  /// The scalars in row-major order, little-endian; copied only if the file keeps another order.
  public var bytes: Data {
    if layout.isContiguous {
      let start = storage.startIndex + layout.offset * scalarType.size
      return storage[start..<start + shape.count * scalarType.size]
    }
    return switch scalarType.size {
    case 1: gathered(UInt8.self)
    case 2: gathered(UInt16.self)
    case 4: gathered(UInt32.self)
    default: gathered(UInt64.self)
    }
  }

  /// The scalars in row-major order, converted to the nearest `Float`.
  public func floats() -> [Float] {
    switch scalarType {
    case .uint8: converted(UInt8.self) { Float($0) }
    case .int8: converted(Int8.self) { Float($0) }
    case .int16: converted(Int16.self) { Float($0) }
    case .int32: converted(Int32.self) { Float($0) }
    case .int64: converted(Int64.self) { Float($0) }
    case .float16: converted(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16: converted(UInt16.self) { Float(bfloat16Bits: $0) }
    case .float32: converted(UInt32.self) { Float(bitPattern: $0) }
    case .float64: converted(UInt64.self) { Float(Double(bitPattern: $0)) }
    }
  }

  /// Whole numbers in row-major order.
  ///
  /// - Precondition: the scalars are whole numbers.
  func integers() -> [Int] {
    switch scalarType {
    case .uint8: converted(UInt8.self) { Int($0) }
    case .int8: converted(Int8.self) { Int($0) }
    case .int16: converted(Int16.self) { Int($0) }
    case .int32: converted(Int32.self) { Int($0) }
    case .int64: converted(Int64.self) { Int($0) }
    case .float16, .bfloat16, .float32, .float64:
      preconditionFailure("whole numbers of \(scalarType)")
    }
  }

  /// The same scalars as a tensor: bfloat16 as it is, every other type as float32.
  public func tensor() -> Tensor {
    let type: ScalarType = scalarType == .bfloat16 ? .bfloat16 : .float32
    guard scalarType == .bfloat16 || scalarType == .float32 else {
      return Tensor(floats(), shape: shape)
    }
    return bytes.withUnsafeBytes { source in
      Tensor(uninitialized: shape, type) { target in
        UnsafeMutableRawBufferPointer(start: target, count: source.count).copyMemory(from: source)
      }
    }
  }

  private func converted<Bits: FixedWidthInteger, Scalar>(
    _: Bits.Type, _ convert: (Bits) -> Scalar
  ) -> [Scalar] {
    bytes.withUnsafeBytes { source in
      [Scalar](unsafeUninitializedCapacity: shape.count) { target, count in
        for index in 0..<shape.count {
          let bits = source.loadUnaligned(
            fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
          target.initializeElement(at: index, to: convert(Bits(littleEndian: bits)))
        }
        count = shape.count
      }
    }
  }

  private func gathered<Bits: FixedWidthInteger>(_: Bits.Type) -> Data {
    let size = MemoryLayout<Bits>.size
    var result = Data(count: shape.count * size)
    result.withUnsafeMutableBytes { target in
      storage.withUnsafeBytes { source in
        var index = 0
        layout.forEachPosition { position in
          let bits = source.loadUnaligned(fromByteOffset: position * size, as: Bits.self)
          target.storeBytes(of: bits, toByteOffset: index * size, as: Bits.self)
          index += 1
        }
      }
    }
    return result
  }
}
