import Foundation
import ImpastoTraining
import Testing

/// The line search against functions whose steps are known to be hard to choose.
@Suite struct LineSearchTests {
  private typealias Sample = LineSearch.Sample<Void>

  /// A function of one number and its derivative.
  enum Curve: CaseIterable {
    /// (x − 1)²: the step is exact after one cubic.
    case parabola
    /// −x/(x² + 2), from Moré and Thuente 1994, function 1.
    case shallow
    /// |x − 1| with a rounded tip and waves all along, their function 3.
    case wavy
    /// x⁴ − 3x, steep behind its minimum.
    case steep

    func at(_ x: Double) -> (value: Double, slope: Double) {
      switch self {
      case .parabola: return ((x - 1) * (x - 1), 2 * (x - 1))
      case .shallow:
        let d = x * x + 2
        return (-x / d, (x * x - 2) / (d * d))
      case .wavy:
        let (tip, waves) = (0.01, 39.0)
        let (value, slope) =
          abs(x - 1) >= tip
          ? (abs(x - 1), x < 1 ? -1.0 : 1)
          : ((x - 1) * (x - 1) / (2 * tip) + tip / 2, (x - 1) / tip)
        let angle = waves * .pi / 2 * x
        return (
          value + 2 * (1 - tip) / (waves * .pi) * sin(angle), slope + (1 - tip) * cos(angle)
        )
      case .steep: return (pow(x, 4) - 3 * x, 4 * pow(x, 3) - 3)
      }
    }
  }

  private func search(
    _ first: Double, _ curve: (Double) -> (value: Double, slope: Double)
  ) -> (found: Sample?, start: Sample, tries: Int) {
    var tries = 0
    func sample(_ x: Double) -> Sample {
      let (value, slope) = curve(x)
      return Sample(step: x, value: value, slope: slope, place: ())
    }
    let start = sample(0)
    let found = LineSearch.search(from: start, firstStep: first) { step in
      tries += 1
      return sample(step)
    }
    return (found, start, tries)
  }

  @Test(arguments: Curve.allCases, [0.1, 1, 10, 100])
  func `the step meets the strong Wolfe conditions`(_ curve: Curve, first: Double) throws {
    let (found, start, tries) = search(first, curve.at)
    let sample = try #require(found)
    #expect(sample.value <= start.value + 1e-4 * sample.step * start.slope)
    #expect(abs(sample.slope) <= 0.9 * abs(start.slope))
    #expect(tries <= 12)
  }

  @Test func `a first step that will do is taken`() {
    #expect(search(0.9, Curve.parabola.at).tries == 1)
  }

  @Test func `the minimum of a cubic is found at once`() {
    // x³ − 3x is its own cubic; the step 3 lies far beyond its minimum at 1.
    let (found, _, tries) = search(3) { ($0 * $0 * $0 - 3 * $0, 3 * $0 * $0 - 3) }
    #expect(tries == 2)
    #expect(abs((found?.step ?? 0) - 1) < 1e-9)
  }

  @Test func `where the function only rises there is no step`() {
    // Its slope claims a fall, as rounding can.
    let (found, _, tries) = search(1) { ($0, -1) }
    #expect(found == nil)
    #expect(tries == LineSearch.maximumTries)
  }

  @Test func `a function without a minimum is followed as far as the tries go`() throws {
    let (found, _, tries) = search(1) { (-$0, -1) }
    #expect(tries == LineSearch.maximumTries)
    #expect(try #require(found).value <= -Double(1 << (LineSearch.maximumTries - 1)))
  }
}
