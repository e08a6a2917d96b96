import ImpastoTensors

/// Rows taken out of a bank and put into one.
extension StyleBank {
  /// The rows called `names`, in that order.
  ///
  /// - Precondition: the bank has them.
  package func selecting(_ names: [String]) -> StyleBank {
    let (scale, shift) = (scale.scalars, shift.scalars)
    let ranges = names.map { name in
      guard let range = scalars(ofRow: name) else {
        preconditionFailure("no row \(name) in a bank of \(self.names)")
      }
      return range
    }
    return StyleBank(
      names: names, scale: ranges.flatMap { scale[$0] }, shift: ranges.flatMap { shift[$0] },
      length: length)
  }

  /// This bank with the rows of `other`: in place of those of the same names, else after the last.
  ///
  /// - Precondition: the rows are of one length.
  package func merging(_ other: StyleBank) -> StyleBank {
    precondition(other.length == length, "rows of \(other.length) for a bank of \(length)")
    var names = names
    var (scale, shift) = (scale.scalars, shift.scalars)
    let (otherScale, otherShift) = (other.scale.scalars, other.shift.scalars)
    for (row, name) in other.names.enumerated() {
      let source = row * length..<(row + 1) * length
      if let range = scalars(ofRow: name) {
        scale.replaceSubrange(range, with: otherScale[source])
        shift.replaceSubrange(range, with: otherShift[source])
      } else {
        names.append(name)
        scale += otherScale[source]
        shift += otherShift[source]
      }
    }
    return StyleBank(names: names, scale: scale, shift: shift, length: length)
  }

  /// A bank of rows called `names`, each the sum of this bank's rows by its weights.
  package func blended(_ weights: [[Float]], named names: [String]) -> StyleBank {
    precondition(
      weights.count == names.count && weights.allSatisfy { $0.count == self.names.count },
      "\(weights.map(\.count)) weights for \(names.count) blends of \(self.names.count) rows")
    func blended(_ rows: Tensor) -> [Float] {
      let rows = rows.scalars
      return weights.flatMap { weights in
        (0..<length).map { channel in
          weights.indices.reduce(0) { $0 + weights[$1] * rows[$1 * length + channel] }
        }
      }
    }
    return StyleBank(names: names, scale: blended(scale), shift: blended(shift), length: length)
  }

  /// A bank of rows called `names`, each the mean of this bank's styles.
  ///
  /// The row `photo` is left out: its last layer depends on each photo's own statistics.
  ///
  /// - Precondition: the bank has a style.
  package func mean(named names: [String]) -> StyleBank {
    let styles = selecting(self.names.filter { $0 != Self.photoName })
    precondition(!styles.names.isEmpty, "the mean of no style")
    let count = styles.names.count
    let weights = [Float](repeating: 1 / Float(count), count: count)
    return styles.blended(names.map { _ in weights }, named: names)
  }

  /// The channels of all layers.
  private var length: Int { scale.shape[1] }

  private func scalars(ofRow name: String) -> Range<Int>? {
    names.firstIndex(of: name).map { $0 * length..<($0 + 1) * length }
  }

  private init(names: [String], scale: [Float], shift: [Float], length: Int) {
    let shape: Shape = [names.count, length]
    self.init(
      names: names, scale: Tensor(scale, shape: shape), shift: Tensor(shift, shape: shape))
  }
}
