/// One way to run a network: on a tape, in bands of rows, or as a graph for other programs.
///
/// What a network computes is said once, by ``TransformArchitecture/run(_:from:with:)``, in these
/// operations.
package protocol NetworkOperations {
  /// What a layer reads and gives.
  associatedtype Image
  /// What may keep an operation from being done.
  associatedtype Failure: Error

  /// The convolution of a layer's input, framed, and rearranged.
  mutating func convolved(_ input: Image, layer: Int) throws(Failure) -> Image

  /// What a layer makes of its convolution: normalized or biased, activated, with what it adds.
  ///
  /// - Parameter addend: The output of the layer's addend; nil where it has none, or where that is not
  ///   among the layers that were run.
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
