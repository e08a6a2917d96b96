import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining
import ImpastoVideo

/// The change of a style's pictures from frame to frame that is no motion, in levels of 255.
struct SteadinessRow: Report.Row {
  let clip, style: String
  /// Of the film itself, of frames that are each painted by themselves, and of steadied ones.
  let filmChange, unsteadyChange, steadyChange: Double
  /// Of steadied ones that are 10 frames apart.
  let distantChange: Double
  /// The energy of edges of steadied frames as a share of that of the others.
  let edges: Double
  /// The style and content losses of the same; nil without paintings.
  let styleLoss, contentLoss: Double?

  static let header = [
    "clip", "style", "film", "unsteady", "steady", "share", "gain", "10 apart", "edges", "S", "C",
  ]
  static let nameColumns = 2

  var columns: [String] {
    [
      clip, style, filmChange.text(1), unsteadyChange.text(1), steadyChange.text(1),
      (steadyChange / unsteadyChange).text(2),
      filmChange > 0.05 ? (steadyChange / filmChange).text(2) : "–", distantChange.text(1),
      edges.text(3), styleLoss.map { $0.text(3) } ?? "–", contentLoss.map { $0.text(3) } ?? "–",
    ]
  }
}

/// The places that something in front has just uncovered, and what is left of it there.
struct TrailRow: Report.Row {
  let style: String
  /// The differences of steadied frames from the others, right behind what passes and far from it.
  let behind, elsewhere: Double

  static let header = ["style", "behind", "elsewhere", "ratio"]
  static let nameColumns = 1

  var columns: [String] {
    [style, behind.text(1), elsewhere.text(1), (behind / elsewhere).text(2)]
  }
}

/// The difference of steadied frames from those painted by themselves after a long time.
struct DriftRow: Report.Row {
  let style: String
  let frames: Int
  /// Of the mean colour, the largest of three, in levels, and of the edges' energy, over the last
  /// tenth of the frames.
  let color, edges: Double
  let paintingMilliseconds, steadyingMilliseconds: Double

  static let header = [
    "style", "frames", "colour", "edges", "painting ms", "steadying ms", "share",
  ]
  static let nameColumns = 1

  var columns: [String] {
    [
      style, "\(frames)", color.text(2), (100 * edges).text(1) + "%",
      paintingMilliseconds.text(1), steadyingMilliseconds.text(1),
      (100 * steadyingMilliseconds / paintingMilliseconds).text(0) + "%",
    ]
  }
}

extension Workbench {
  /// Measures how steady films are, of the first photo.
  func measureSteadiness(_ subjects: AccuracyOptions.Subjects, _ report: inout Report) throws {
    let photo = try Image(contentsOf: subjects.photos.path(at: 0))
    let (width, height) = (sizes?.first ?? 640, sizes?.first ?? 360)
    let type = precisions.contains(.bfloat16) ? ScalarType.bfloat16 : precisions[0]
    let stylizer = Stylizer(model: subjects.model, backend: backend, scalarType: type)
    func painted(_ motion: Clip.Motion, frames: Int, _ style: String) throws -> PaintedClip {
      try PaintedClip(
        Clip(motion, of: photo, width: width, height: height), frames: frames, style, stylizer)
    }
    let losses = try subjects.paintings.map {
      try SteadinessLosses(folder: $0, backend: backend, scalarType: type)
    }
    var (trails, drifts): ([TrailRow], [DriftRow]) = ([], [])
    for style in subjects.styles {
      let rows = try Clip.measured.map { name, motion in
        try painted(motion, frames: 24, style).steadiness(named: name, losses)
      }
      report.add(rows, to: \.steadiness, title: "Change from frame to frame: \(style)")
      trails.append(try painted(.sprite, frames: 24, style).trail)
      drifts.append(try painted(.sway, frames: 300, style).drift)
    }
    report.add(trails, to: \.trails, title: "Difference behind what passes in front")
    report.add(drifts, to: \.drift, title: "Drift")
  }
}
