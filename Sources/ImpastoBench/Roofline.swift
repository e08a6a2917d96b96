package import ImpastoNetworks
package import ImpastoTensors

/// The least that one layer of the transformation network has to do to a picture.
package struct LayerWork: Equatable {
  package let name: String
  /// Multiplications and additions of the direct convolution; over an upsampled image those of the
  /// four small ones that it comes down to.
  package let operationCount: Int
  /// Activations read, a residual block's own input included, and activations written.
  package let scalarCount: Int
  /// Pixels' 8-bit values read or written: the photo's and the picture's.
  package let levelCount: Int

  /// The bytes to move with activations of `type`.
  package func byteCount(_ type: ScalarType) -> Int { scalarCount * type.size + levelCount }
}

extension TransformArchitecture {
  /// What each layer has to do to a photo of `width` by `height` pixels.
  package func work(width: Int, height: Int) -> [LayerWork] {
    let photo = PixelGrid(width: width, height: height)
    var grid = photo
    return layers.enumerated().map { index, layer in
      let (isFirst, isLast) = (index == 0, index == layers.count - 1)
      let input = grid
      var taps = layer.kernel * layer.kernel
      switch layer.scaling {
      case .kept: break
      case .halved: grid = grid.halved
      case .doubled:
        grid = grid.doubled
        taps = 4
      }
      let endsBlock = layer.blockPart == .second
      let (read, written) = (input.count * layer.inputs, grid.count * layer.outputs)
      return LayerWork(
        name: layer.name, operationCount: 2 * written * taps * layer.inputs,
        scalarCount: (isFirst ? 0 : read) + (isLast ? 0 : written) + (endsBlock ? written : 0),
        levelCount: (isFirst ? photo.count * 3 : 0) + (isLast ? photo.count * 3 : 0))
    }
  }
}

/// The extents of the images between two layers.
private struct PixelGrid {
  var width, height: Int

  var count: Int { width * height }
  var halved: PixelGrid { PixelGrid(width: (width + 1) / 2, height: (height + 1) / 2) }
  var doubled: PixelGrid { PixelGrid(width: 2 * width, height: 2 * height) }
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
