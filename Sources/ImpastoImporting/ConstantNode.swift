import Foundation
import ImpastoModelFiles

/// A node all of whose inputs are known: the arithmetic with extents that exporters leave in a graph.
struct ConstantNode {
  let node: ONNXGraph.Node
  /// Nil where an optional input is left out.
  let inputs: [Numbers?]
  /// The version of the operators.
  let operatorSet: Int

  /// The one value that the node makes; nil where it is none that is computed here, or makes no
  /// sense.
  func value() -> Numbers? {
    if node.operation == "Constant" { return Numbers(ofConstant: node) }
    guard let first = inputs.first ?? nil else { return nil }
    if inputs.count >= 2, let second = inputs[1], let value = binary(first, second) {
      return value
    }
    return unary(first) ?? reshaping(first)
  }

  private func binary(_ first: Numbers, _ second: Numbers) -> Numbers? {
    switch node.operation {
    case "Add": first.combined(second, +)
    case "Sub": first.combined(second, -)
    case "Mul": first.combined(second, *)
    case "Div":
      first.isWhole && second.isWhole
        ? second.scalars.contains(0)
          ? nil : first.combined(second) { ($0 / $1).rounded(.towardZero) }
        : first.combined(second, /)
    case "Pow": first.combined(second, pow)
    case "Min": inputs.count == 2 ? first.combined(second, min) : nil
    case "Max": inputs.count == 2 ? first.combined(second, max) : nil
    case "MatMul": first.multiplied(by: second)
    case "Gather": first.gathered(second, axis: node.integer("axis") ?? 0)
    case "Expand":
      second.integers.flatMap { shape in
        Numbers.broadcast(first.shape, shape).flatMap(first.expanded(to:))
      }
    default: nil
    }
  }

  private func unary(_ first: Numbers) -> Numbers? {
    switch node.operation {
    case "Identity", "Dropout": return first
    case "Floor": return first.mapped { $0.rounded(.down) }
    case "Ceil": return first.mapped { $0.rounded(.up) }
    case "Neg": return first.mapped(-)
    case "Sqrt": return first.mapped { $0.squareRoot() }
    case "Reciprocal": return first.mapped { 1 / $0 }
    case "Cast":
      // The types of whole numbers, and of truth values, by the format's numbers.
      let isWhole = node.integer("to").map { [2, 3, 4, 5, 6, 7, 9, 12, 13].contains($0) } ?? false
      var result = isWhole ? first.mapped { $0.rounded(.towardZero) } : first
      result.isWhole = isWhole
      return result
    case "Shape":
      let rank = first.shape.count
      return Self.extents(
        first.shape, from: node.integer("start") ?? 0, to: node.integer("end") ?? rank)
    case "ConstantOfShape":
      guard let shape = first.integers, let count = Numbers.count(shape) else { return nil }
      var value = Numbers(shape: [1], scalars: [0])
      if case .constant(let constant) = node.attributes["value"] { value = Numbers(constant) }
      guard let number = value.scalar else { return nil }
      return Numbers(
        shape: shape, scalars: [Double](repeating: number, count: count), isWhole: value.isWhole)
    default: return nil
    }
  }

  private func reshaping(_ first: Numbers) -> Numbers? {
    switch node.operation {
    case "Reshape": return list("shape", input: 1).flatMap(first.reshaped)
    case "Unsqueeze": return list("axes", input: 1).flatMap(first.unsqueezed)
    case "Squeeze": return first.squeezed(list("axes", input: 1) ?? [])
    case "Flatten":
      guard let axis = Numbers.axis(node.integer("axis") ?? 1, rank: first.shape.count + 1) else {
        return nil
      }
      return first.reshaped([first.shape[..<axis].reduce(1, *), -1])
    case "Transpose":
      return first.transposed(node.integers("perm") ?? first.shape.indices.reversed())
    case "Concat":
      guard let axis = node.integer("axis"), !inputs.contains(nil) else { return nil }
      return Numbers.joined(inputs.compactMap { $0 }, axis: axis)
    case "Slice":
      guard let starts = list("starts", input: 1), let ends = list("ends", input: 2) else {
        return nil
      }
      return first.sliced(
        starts: starts, ends: ends, axes: list("axes", input: 3), steps: list("steps", input: 4))
    case "ReduceSum", "ReduceMean":
      return first.reduced(
        along: list("axes", input: 1) ?? [], keepingAxes: node.integer("keepdims") != 0,
        isMean: node.operation == "ReduceMean")
    default: return nil
    }
  }

  /// A list that is an attribute in earlier versions of an operator and an input in later ones.
  func list(_ name: String, input: Int) -> [Int]? {
    node.integers(name) ?? (input < inputs.count ? inputs[input]?.integers : nil)
  }

  /// Some of the extents of a tensor.
  static func extents(_ shape: [Int], from start: Int, to end: Int) -> Numbers? {
    Numbers.places(from: start, to: end, by: 1, extent: shape.count).map { places in
      Numbers(extents: places.map { shape[$0] })
    }
  }
}
