import ImpastoImaging

/// A painted photo whose rows are still to be computed from the last layer's image.
struct Painting {
  private let run: NetworkRun
  private let photo: any PhotoRows
  private let refined: RefinedPhoto?

  /// - Parameters:
  ///   - run: The run of the network, on `refined` where that is given.
  ///   - photo: The photo of this size.
  ///   - refined: The photo over the smaller picture that this one refines.
  init(run: NetworkRun, photo: any PhotoRows, refined: RefinedPhoto? = nil) {
    (self.run, self.photo, self.refined) = (run, photo, refined)
  }

  var width: Int { photo.width }
  var height: Int { photo.height }

  /// The picture's rows, in parts from the top.
  ///
  /// - Parameter body: Gets each part's levels, 8-bit RGB, in order.
  func rows<Failure>(_ body: (_ levels: [UInt8]) throws(Failure) -> Void) throws(Failure) {
    guard let refined else { return try run.picture(body) }
    var refinement = Refinement(of: refined)
    try run.picture { levels throws(Failure) in
      let rows = refinement.refined(levels)
      if !rows.isEmpty { try body(rows) }
    }
  }

  /// The whole picture, with the photo's opacity.
  var image: Image {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    rows { pixels += $0 }
    return Image(width: width, height: height, pixels: pixels, opacity: photo.opacity)
  }
}
