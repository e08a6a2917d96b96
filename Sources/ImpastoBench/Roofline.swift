package import ImpastoNetworks
package import ImpastoTensors

/// The least that one layer of the transformation network has to do to a picture.
package struct LayerWork: Equatable {
  package let name: String
  /// Multiplications and additions of the direct convolution; over a doubled image those of the
  /// four small ones that it comes down to.
  package let operationCount: Int
  /// Activations read, those that are added included, and activations written.
  package let scalarCount: Int
  /// Pixels' 8-bit values read or written: the photo's and the picture's.
  package let levelCount: Int

  /// The bytes to move with activations of `type`.
  package func byteCount(_ type: ScalarType) -> Int { scalarCount * type.size + levelCount }
}

extension TransformArchitecture {
  /// The work of each layer for a photo of `width` by `height` pixels.
  package func work(width: Int, height: Int) -> [LayerWork] {
    let (photo, shapes) = (width * height, shapes(width: width, height: height))
    return layers.enumerated().map { index, layer in
      let (isFirst, isLast) = (index == 0, index == layers.count - 1)
      let (read, written) = (isFirst ? 0 : shapes[index - 1].count, shapes[index].count)
      let added = layer.addend == nil ? 0 : written
      return LayerWork(
        name: layer.name, operationCount: 2 * written * layer.taps * layer.inputs,
        scalarCount: read + (isLast ? 0 : written) + added,
        levelCount: (isFirst ? 3 * photo : 0) + (isLast ? 3 * photo : 0))
    }
  }
}

/// The least time that some layers can take on a machine, in seconds.
package struct Roofline: Equatable, Encodable {
  /// One layer after the other, each as long as the slower of its operations and its bytes takes.
  package let layerByLayer: Double
  /// All operations or all bytes, whichever takes longer: one layer's bytes moved while another
  /// computes.
  package let overlapped: Double

  /// - Parameters:
  ///   - operationRate: Operations a second.
  ///   - byteRate: Bytes a second.
  package init(_ layers: [LayerWork], _ type: ScalarType, operationRate: Double, byteRate: Double) {
    let computing = layers.map { Double($0.operationCount) / operationRate }
    let moving = layers.map { Double($0.byteCount(type)) / byteRate }
    layerByLayer = zip(computing, moving).reduce(0) { $0 + max($1.0, $1.1) }
    overlapped = max(computing.reduce(0, +), moving.reduce(0, +))
  }
}
