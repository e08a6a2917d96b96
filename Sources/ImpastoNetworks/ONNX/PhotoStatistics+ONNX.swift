import ImpastoModelFiles
import ImpastoTensors

extension PhotoStatistics {
  /// Adds the statistics of photos to an ONNX graph.
  ///
  /// - Parameter photos: `[batch, 3, height, width]`, RGB in 0…1.
  /// - Returns: Of each photo's channels before the sigmoid, `[batch, 3, 1, 1]`.
  static func adding(
    of photos: ONNXGraph.Value, to graph: inout ONNXGraph
  ) -> (mean: ONNXGraph.Value, deviation: ONNXGraph.Value) {
    let extents = graph.constant([2, 3], named: "photo.extents")
    func number(_ value: Float, _ name: String) -> ONNXGraph.Value {
      graph.constant(Tensor([value], shape: []), named: "photo.\(name)")
    }
    func step(
      _ operation: String, _ inputs: ONNXGraph.Value..., named name: String
    ) -> ONNXGraph.Value {
      graph.apply(operation, to: inputs, named: "photo.\(name)")
    }

    let (least, one) = (number(margin, "least"), number(1, "one"))
    let clipped = step("Clip", photos, least, number(1 - margin, "most"), named: "clipped")
    let odds = step("Div", clipped, step("Sub", one, clipped, named: "rest"), named: "odds")
    let logits = step("Log", odds, named: "logits")
    let mean = step("ReduceMean", logits, extents, named: "mean")
    let distance = step("Sub", logits, mean, named: "distance")
    let square = step("Mul", distance, distance, named: "square")
    let variance = step("ReduceMean", square, extents, named: "variance")
    return (mean, step("Sqrt", variance, named: "deviation"))
  }
}
