/// The extents of a tensor, outermost first.
///
/// Activations are `[batch, height, width, channels]` (NHWC), filters
/// `[outputs, height, width, inputs]` (OHWI).
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The extent along each axis; every one is zero or more.
  public let dimensions: [Int]

  /// Creates a shape from its extents.
  ///
  /// - Precondition: no extent is negative and their product fits in an `Int`.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "negative extent in \(dimensions)")
    self.dimensions = dimensions
  }

  public init(arrayLiteral dimensions: Int...) { self.init(dimensions) }

  /// The number of axes.
  public var rank: Int { dimensions.count }

  /// The number of scalars in a tensor of this shape.
  public var count: Int { dimensions.reduce(1, *) }

  /// The extent along `axis`.
  public subscript(axis: Int) -> Int { dimensions[axis] }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: "×") + "]" }
}

/// The names of the axes of activations, NHWC.
extension Shape {
  /// The number of images; the tensor has four axes.
  public var batch: Int { spatialExtent(0) }
  /// The number of pixel rows; the tensor has four axes.
  public var height: Int { spatialExtent(1) }
  /// The number of pixel columns; the tensor has four axes.
  public var width: Int { spatialExtent(2) }
  /// The number of channels; the tensor has four axes.
  public var channels: Int { spatialExtent(3) }

  private func spatialExtent(_ axis: Int) -> Int {
    precondition(rank == 4, "shape \(self) is not [batch, height, width, channels]")
    return dimensions[axis]
  }
}
