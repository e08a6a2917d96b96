extension StyleMixture {
  /// The mixtures of an animation from style to style.
  ///
  /// Each style has a mixture to itself, spread as evenly as whole steps allow, the first style the
  /// first mixture; between two the weights change by equal steps. The last style is the last
  /// mixture or, in a loop, as far from the end as the first is from the beginning of the next
  /// round.
  ///
  /// - Parameters:
  ///   - names: Two or more styles, in order; a style may come again.
  ///   - frames: The number of mixtures, at least as many as names.
  ///   - isLoop: Whether the animation goes on from the last style to just before the first. Where
  ///     that is the last style already, it ends just before that.
  public static func path(
    through names: [String], frames: Int, isLoop: Bool = false
  ) -> [StyleMixture] {
    precondition(
      names.count >= 2 && frames >= names.count, "\(frames) mixtures through \(names.count) styles")
    let stops = isLoop && names.first != names.last ? names + names.prefix(1) : names
    let (segments, end) = (stops.count - 1, isLoop ? frames : frames - 1)
    let places = stops.indices.map { ($0 * end + segments / 2) / segments }
    let walk = (0..<segments).flatMap { segment in
      (places[segment]..<places[segment + 1]).map { place in
        let length = places[segment + 1] - places[segment]
        let share = Float(place - places[segment]) / Float(length)
        return blend([(stops[segment], 1 - share), (stops[segment + 1], share)])
      }
    }
    return isLoop ? walk : walk + names.suffix(1).map { StyleMixture($0) }
  }

  /// The mixtures between four styles: rows from the top, each from the left.
  ///
  /// The weight of a corner falls in equal steps along both sides: w = (1 − x)(1 − y) at the shares
  /// x and y of the way across and down. The corners are their styles alone.
  ///
  /// - Parameters:
  ///   - corners: The styles at the upper left, upper right, lower left and lower right.
  ///   - steps: The number of mixtures along each side, two or more.
  public static func grid(corners: [String], steps: Int) -> [[StyleMixture]] {
    precondition(
      corners.count == 4 && steps >= 2, "\(steps) steps between \(corners.count) styles")
    func share(_ index: Int) -> Float { Float(index) / Float(steps - 1) }
    return (0..<steps).map { row in
      (0..<steps).map { column in
        let (x, y) = (share(column), share(row))
        return blend(
          [
            (corners[0], (1 - x) * (1 - y)), (corners[1], x * (1 - y)),
            (corners[2], (1 - x) * y), (corners[3], x * y),
          ])
      }
    }
  }

  /// The mixture of two others in which the second has `share`, from 0 to 1.
  public static func between(
    _ first: StyleMixture, _ second: StyleMixture, share: Float
  ) -> StyleMixture {
    precondition((0...1).contains(share), "a share of \(share)")
    return blend(
      first.parts.map { ($0.name, (1 - share) * $0.weight) }
        + second.parts.map { ($0.name, share * $0.weight) })
  }

  /// A mixture of weights that are known to be valid.
  private static func blend(_ weights: [(name: String, weight: Float)]) -> StyleMixture {
    do {
      return try StyleMixture(weights)
    } catch {
      preconditionFailure(error.description)
    }
  }
}
