/// One way to run a network: on a tape, in bands of rows, or as a graph for other programs.
///
/// ``TransformArchitecture/run(_:from:with:)`` states the computation of every network once, in
/// these operations.
package protocol NetworkOperations {
  /// The image that a layer reads and gives.
  associatedtype Image
  /// The error that an operation may throw.
  associatedtype Failure: Error

  /// The convolution of a layer's input, framed, and rearranged.
  mutating func convolved(_ input: Image, layer: Int) throws(Failure) -> Image

  /// Finishes a layer after its convolution: normalization or bias, activation, and the addend.
  ///
  /// - Parameter addend: The output of the layer's addend; nil where it has none, or where that is
  ///   not among the layers that were run.
  mutating func finished(
    _ convolution: Image, layer: Int, adding addend: Image?
  ) throws(Failure) -> Image
}

extension TransformArchitecture {
  /// Runs some consecutive layers.
  ///
  /// - Parameters:
  ///   - range: The layers.
  ///   - input: What the layer before the first of them gives, or the photo.
  /// - Returns: What the last of them gives.
  package func run<Operations: NetworkOperations>(
    _ range: Range<Int>, from input: Operations.Image, with operations: inout Operations
  ) throws(Operations.Failure) -> Operations.Image {
    var image = input
    var kept: [Int: (image: Operations.Image, lastUse: Int)] = [:]
    func keep(_ image: Operations.Image, of layer: Int) {
      guard let lastUse = addendUses(ofLayer: layer).last else { return }
      kept[layer] = (image, lastUse)
    }
    keep(input, of: range.lowerBound - 1)
    for layer in range {
      let convolution = try operations.convolved(image, layer: layer)
      let addend = addend(ofLayer: layer).flatMap { kept[$0]?.image }
      image = try operations.finished(convolution, layer: layer, adding: addend)
      kept = kept.filter { $0.value.lastUse > layer }
      keep(image, of: layer)
    }
    return image
  }
}
