import ImpastoCompute

extension StyleModel {
  /// The model with its shared weights rounded to half precision, which files hold in half the space.
  ///
  /// In bf16 its pictures are those of this model, bit for bit; in f32 they differ by rounding. It is
  /// another network by its fingerprint, which is that of the rounded weights: styles of this model
  /// are carried over, style files of it do not fit.
  ///
  /// Filters that a doubling or a blur is merged into keep their weights: these are summed in f32 and
  /// the sums rounded to bf16, which rounding before would not leave alone. So do convolutions with weights of
  /// less than a billionth of their largest, for which half precision has too few digits.
  public var compacted: StyleModel {
    let parameters = zip(network.architecture.layers, network.parameters).map { layer, own in
      guard layer.merging == nil, let half = HalfWeights(rounding: own.filter.weights) else {
        return own
      }
      return LayerParameters(
        filter: ConvolutionFilter(half.weights), scale: own.scale, shift: own.shift)
    }
    return StyleModel(
      network: TransformNetwork(architecture: network.architecture, parameters: parameters),
      bank: bank,
      styles: styles, thumbnails: thumbnails, trainingSettings: trainingSettings,
      styleSettings: styleSettings)
  }
}
