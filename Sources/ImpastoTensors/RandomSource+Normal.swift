import Glibc

extension RandomSource {
  /// A number from the standard normal distribution.
  ///
  /// Source: Box and Muller 1958.
  public mutating func normal() -> Float {
    let radius = (-2 * log(Double(1 - uniform()))).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(uniform())))
  }
}
