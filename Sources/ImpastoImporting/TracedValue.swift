import ImpastoCompute
import ImpastoNetworks

/// The value at one place of a graph, as far as it is known without a photo.
enum TracedValue {
  /// Known numbers.
  case numbers(Numbers)
  /// The sum over all styles of a style's weight times its numbers.
  case rows([Numbers])
  /// The image that a layer makes of the photo.
  case image(TracedImage)
  /// A step on the way from an image to its normalization.
  case statistic(TracedStatistic, of: TracedImage)
}

/// The photo, or what a layer makes of it, and what the next layer does to it before it convolves.
struct TracedImage {
  /// The layer's place; nil for the photo.
  let layer: Int?
  /// The number of changes of the layer's result until then.
  let revision: Int
  /// `[batch, channels, height, width]` of the one photo that the graph is followed for.
  var shape: [Int]
  var doubling: Doubling?
  var border: Frame?
  /// Indicates whether rows and columns at the bottom and right have been cut off.
  var isCropped = false

  var channels: Int { shape[1] }
  /// Indicates whether it is as the layer made it.
  var isPlain: Bool { doubling == nil && border == nil && !isCropped }
}

/// The steps of a normalization that is written out.
enum TracedStatistic: Equatable {
  /// The mean of each channel.
  case mean
  /// The distance from the mean.
  case centred
  /// The square of the distance.
  case squared
  case variance
  /// The variance and a small number.
  case regularized(epsilon: Double)
  /// The root of that.
  case deviation(epsilon: Double)
  /// One by that.
  case inverse(epsilon: Double)
}
