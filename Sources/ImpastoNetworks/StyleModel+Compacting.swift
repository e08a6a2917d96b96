import ImpastoCompute

extension StyleModel {
  /// The model with its shared weights rounded to half precision, which files hold in half the space.
  ///
  /// In bf16 its pictures are those of this model, bit for bit; in f32 they differ by rounding. It is
  /// another network by its fingerprint, which is that of the rounded weights: styles of this model
  /// are carried over, style files of it do not fit.
  ///
  /// The convolutions of upsampled images keep their weights: backends sum these in f32 and round the
  /// sums to bf16, which rounding before would not leave alone. So do convolutions with weights of
  /// less than a billionth of their largest, for which half precision has too few digits.
  public var compacted: StyleModel {
    let filters = zip(network.architecture.layers, network.filters).map { layer, filter in
      guard layer.scaling != .doubled, let half = HalfWeights(rounding: filter.weights) else {
        return filter
      }
      return ConvolutionFilter(half.weights)
    }
    return StyleModel(
      network: TransformNetwork(architecture: network.architecture, filters: filters), bank: bank,
      styles: styles, thumbnails: thumbnails, trainingSettings: trainingSettings,
      styleSettings: styleSettings)
  }
}
