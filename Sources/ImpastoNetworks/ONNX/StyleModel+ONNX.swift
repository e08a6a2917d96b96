import ImpastoModelFiles

/// The network for other programs, as `Docs/Formats/Onnx.md` describes it.
extension StyleModel {
  /// Writes the network as an ONNX model, whole or not at all.
  ///
  /// - Parameters:
  ///   - mixture: What the model paints; without it, the weights of all rows are an input.
  /// - Throws: ``StyleModelError/unknownStyle(_:known:)``, ``StyleModelError/file(_:)``.
  public func exportONNX(
    to path: String, painting mixture: StyleMixture? = nil
  ) throws(StyleModelError) {
    let graph = try graph(painting: mixture)
    do {
      try ONNXFile.write(
        graph, meaning: "Paints photos in the style of paintings.",
        metadata: facts(painting: mixture), to: path)
    } catch {
      throw .file(error)
    }
  }

  /// The way from photo to picture as a graph.
  func graph(painting mixture: StyleMixture?) throws(StyleModelError) -> ONNXGraph {
    var graph = ONNXGraph(name: "impasto")
    let architecture = network.architecture
    let extents: [ONNXGraph.Extent] = [
      .free("batch"), .fixed(3), .free("height"), .free("width"),
    ]
    let photos = graph.input(
      "photo", extents,
      meaning: "RGB in 0…1, at least \(architecture.minimumExtent) pixels along each side")
    let rows: ONNXRows
    if let mixture {
      rows = ONNXRows(
        of: bank, architecture, weights: try weights(of: mixture), photos: photos, in: &graph)
    } else {
      let weights = graph.input(
        "mixture", [.fixed(1), .fixed(bank.names.count)],
        meaning: "the share of each row, in all 1: \(bank.names.joined(separator: ", "))")
      rows = ONNXRows(of: bank, architecture, mixture: weights, photos: photos, in: &graph)
    }
    graph.output(
      network.stylized(photos, rows: rows, in: &graph), extents,
      meaning: "RGB in 0…1, as large as the photo")
    return graph
  }

  /// The name of the format in the metadata, and its version.
  static let exportFormat = "impasto-onnx"
  static let exportVersion = "2"

  /// The metadata of an ONNX model.
  private func facts(painting mixture: StyleMixture?) -> [String: String] {
    var facts = [
      "format": Self.exportFormat, "format_version": Self.exportVersion, "fingerprint": fingerprint,
      "architecture": Self.json(network.architecture),
    ]
    if !trainingSettings.isEmpty { facts["training"] = Self.json(trainingSettings) }
    if let mixture {
      let shares = mixture.parts.map { ($0.name, $0.weight) }
      facts["mixture"] = Self.json(Dictionary(uniqueKeysWithValues: shares))
      facts["styles"] = Self.json(styles.filter { mixture.parts.map(\.name).contains($0.name) })
    } else {
      facts["rows"] = Self.json(bank.names)
      facts["styles"] = Self.json(styles)
    }
    return facts
  }
}
