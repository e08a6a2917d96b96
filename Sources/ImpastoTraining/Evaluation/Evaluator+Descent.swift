public import ImpastoImaging

extension Evaluator {
  /// Optimises pixels by L-BFGS towards the total that networks are measured by.
  ///
  /// - Parameters:
  ///   - photo: From ``square(of:)``.
  ///   - name: The photo's name within its folder.
  ///   - start: Noise is the same each time.
  ///   - iterations: The most; it ends earlier where no lower total can be found.
  ///   - goesOn: Asked before each iteration whether to do it.
  /// - Returns: The totals and the picture in the end; nothing where `goesOn` said no.
  /// - Throws: ``TrainingError/pixelsDiverged(iteration:)`` where a total is not finite.
  public func descent(
    on photo: Image, named name: String, towards target: Target, from start: Descent.Start,
    iterations: Int, goesOn: () -> Bool
  ) throws(TrainingError) -> (descent: Descent, picture: Image)? {
    let beginning: Image =
      switch start {
      case .noise: .noise(width: photo.width, height: photo.height, seed: 1)
      case .photo: photo
      }
    let objective = PerceptualObjective(photo: photo, style: target.style, loss: loss)
    let optimizer = try ImageOptimizer(objective, from: beginning)
    var totals = [optimizer.losses.total]
    while totals.count <= iterations {
      guard goesOn() else { return nil }
      guard try optimizer.step() else { break }
      totals.append(optimizer.losses.total)
    }
    return (Descent(photo: name, start: start, totals: totals), optimizer.picture)
  }
}
