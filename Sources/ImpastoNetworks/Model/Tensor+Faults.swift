import ImpastoTensors

extension Tensor {
  /// The reason why a tensor that a file calls `name` cannot be a parameter of `shape`; nil where it can.
  func fault(named name: String, expected shape: Shape) -> String? {
    if self.shape != shape || scalarType != .float32 {
      return "“\(name)” is \(scalarType.rawValue) \(self.shape), not f32 \(shape)"
    }
    return scalars.allSatisfy(\.isFinite) ? nil : "“\(name)” holds numbers that are not finite"
  }
}
