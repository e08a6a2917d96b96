extension StyleModel {
  /// The shorter side, in pixels, of the photos in whose pictures strokes are as large as in the
  /// painting, both seen whole; nil for a network of which it is not known.
  ///
  /// It is two thirds of the size that paintings had in training: pictures of 256 pixels were the
  /// closest to paintings of 384 in the losses between both, shrunk to one size.
  public var referenceSize: Int? {
    trainingSettings["style_size"].flatMap(Int.init).map { max(2 * $0 / 3, 1) }
  }
}
