import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// The difference between pictures in bf16 and the same in f32.
struct AccuracyRow: Report.Row, Equatable {
  /// The style, or `all`.
  let style: String
  let pictures: Int
  let meanPSNR, leastPSNR: Double
  /// The most that a single value is off, of 255.
  let largestDifference: Int
  /// The photo with the least PSNR.
  let worstPhoto: String

  static let header = ["style", "worst photo", "pictures", "mean dB", "least dB", "largest"]
  static let nameColumns = 2

  var columns: [String] {
    [
      style, worstPhoto, "\(pictures)", meanPSNR.text(2), leastPSNR.text(2),
      "\(largestDifference)",
    ]
  }

  /// Sums up the differences of one or more pictures, each with its photo's name.
  init(style: String, _ differences: [(photo: String, difference: PictureDifference)]) {
    let ratios = differences.map(\.difference.psnr)
    let least = ratios.min() ?? 0
    self.style = style
    pictures = differences.count
    meanPSNR = ratios.reduce(0, +) / Double(ratios.count)
    leastPSNR = least
    largestDifference = differences.map(\.difference.largest).max() ?? 0
    worstPhoto = differences.first { $0.difference.psnr == least }?.photo ?? ""
  }
}

extension Workbench {
  /// Measures how far pictures in bf16 are from those in f32.
  func measureAccuracy(_ subjects: AccuracyOptions.Subjects, _ report: inout Report) throws {
    let (model, photos, styles) = (subjects.model, subjects.photos, subjects.styles)
    let exact = Stylizer(model: model, backend: backend, scalarType: .float32)
    let rounded = Stylizer(model: model, backend: backend, scalarType: .bfloat16)
    var differences = styles.map { _ in [(photo: String, difference: PictureDifference)]() }
    for index in 0..<photos.count {
      let photo = try Image(contentsOf: photos.path(at: index))
      for (place, style) in styles.enumerated() {
        let mixture = StyleMixture(style)
        do throws(StylizingError) {
          let difference = try rounded.stylize(photo, with: mixture)
            .difference(from: try exact.stylize(photo, with: mixture))
          differences[place].append((photos.title(at: index), difference))
        } catch {
          throw BenchError.cannotStylize(photos.path(at: index), error)
        }
      }
    }
    report.add(
      zip(styles, differences).map { AccuracyRow(style: $0, $1) }
        + [AccuracyRow(style: "all", differences.flatMap(\.self))],
      to: \.accuracy, title: "Accuracy of bf16: pictures against the same in f32")
  }
}
