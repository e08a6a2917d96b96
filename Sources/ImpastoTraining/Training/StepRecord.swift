/// The losses of one training step, each a mean over the photos of the batch that it applies to.
public struct StepRecord: Codable, Sendable, Equatable {
  /// The number of steps done, this one included.
  public var step: Int
  /// The weighted sum that is minimised.
  public var total: Float
  /// The content loss before its weight; nil where no photo was given a painting's style.
  public var content: Float?
  /// The style loss before its weight; nil where no photo was given a painting's style.
  public var style: Float?
  /// The total variation before its weight; nil where no photo was given a painting's style.
  public var totalVariation: Float?
  /// The loss of the row that returns the photo itself; nil where no photo was given it.
  public var photo: Float?
  /// The distance from the pictures of a teacher; nil where none teaches, or no photo was given a
  /// painting's style.
  public var teacher: Float?
  /// The change of pictures when their photos move, before its weight; nil where that is not trained.
  public var shift: Float?
  /// The losses of each style that the batch held, by name.
  public var perStyle: [String: StyleLosses]
  /// The step length that was used.
  public var learningRate: Float

  /// Creates a record.
  public init(
    step: Int, total: Float, content: Float?, style: Float?, totalVariation: Float?,
    photo: Float?, teacher: Float? = nil, shift: Float? = nil, perStyle: [String: StyleLosses],
    learningRate: Float
  ) {
    self.step = step
    self.total = total
    self.content = content
    self.style = style
    self.totalVariation = totalVariation
    self.photo = photo
    self.teacher = teacher
    self.shift = shift
    self.perStyle = perStyle
    self.learningRate = learningRate
  }
}

/// The losses of one style in one step, means over the images of the batch that were given it.
public struct StyleLosses: Codable, Sendable, Equatable {
  /// The content loss before its weight.
  public var content: Float
  /// The style loss before its weight, the mean of ``layers``.
  public var style: Float
  /// The style loss at each tap of the loss network, by the tap's name.
  public var layers: [String: Float]

  /// Creates the losses of one style.
  public init(content: Float, style: Float, layers: [String: Float]) {
    self.content = content
    self.style = style
    self.layers = layers
  }
}
