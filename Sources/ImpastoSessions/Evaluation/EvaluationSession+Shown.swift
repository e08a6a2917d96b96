import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTraining

// MARK: - What only the shown photos are measured by, since it takes long

extension EvaluationSession {
  /// A photo that is shown on the page.
  struct ShownPhoto {
    /// Its name within its folder.
    let name: String
    /// Its place in the dataset.
    let index: Int
    /// Its square in the middle, of the plan's size.
    let square: Image
  }

  /// The time that pictures of all sizes and moved photos take for one photo and style, in
  /// iterations of L-BFGS on squares of 256².
  var largeWork: Int {
    plan.sizes.reduce(plan.movesPhotos ? 2 : 0) { $0 + max(1, $1 * $1 / (512 * 512)) }
  }

  /// Paints the shown photos at the plan's sizes, and moved by a few pixels.
  ///
  /// - Parameters:
  ///   - goesOn: Asked whether to go on.
  ///   - progress: Gets the work that is done and the title of what comes next.
  /// - Throws: `StylizingError.stopped` where `goesOn` says no; the error of a module below.
  func measureLarge(
    while goesOn: @escaping @Sendable () -> Bool, _ progress: (_ done: Int, _ title: String) -> Void
  ) throws {
    var done = 0
    for photo in shownPhotos {
      let file = try dataset.photo(at: photo.index, minimum: VGG19.minimumExtent) { _ in }
      let views = plan.movesPhotos ? ShiftMeasures.views(of: file) : []
      let square = file.centralSquare
      let large = plan.sizes.filter { $0 <= square.width }.map {
        evaluator.largePhoto(square.resized(width: $0, height: $0), named: photo.name)
      }
      for (style, subject) in subjects.enumerated() {
        progress(done, "\(photo.name) in \(subject.name), large")
        for photo in large {
          let picture = try painted(photo.square, subject.name, by: network, while: goesOn)
          report.evaluation.styles[style].sizes.append(
            evaluator.sizeMeasures(of: picture, from: photo, target: subject.target))
        }
        if plan.movesPhotos {
          let pictures = try views.map {
            try painted($0, subject.name, by: network, while: goesOn)
          }
          report.evaluation.styles[style].shifts.append(
            ShiftMeasures(of: pictures, named: photo.name))
        }
        done += largeWork
        try saveNowAndThen()
      }
    }
    report.evaluation.hasLargePictures = true
  }
}
