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
    /// The warnings about its file, as sentences that name it.
    let warnings: [String]
  }

  /// A shown photo at the plan's sizes, and moved by a few pixels.
  struct LargePhoto {
    /// Its place in the dataset.
    let index: Int
    let sizes: [Evaluator.LargePhoto]
    let views: [Image]
  }

  /// Reads `count` photos, evenly spaced; where one cannot be read the next stands in.
  static func shownPhotos(
    of dataset: ImageDataset, count: Int, _ evaluator: Evaluator
  ) -> [ShownPhoto] {
    let places = Set(dataset.evenlySpaced(min(count, dataset.count)))
    var missing = 0
    var shown: [ShownPhoto] = []
    for index in 0..<dataset.count {
      if places.contains(index) { missing += 1 }
      var warnings: [String] = []
      guard missing > 0,
        let photo = try? dataset.photo(
          at: index, minimum: VGG19.minimumExtent, onWarning: { warnings.append($0) })
      else { continue }
      shown.append(
        ShownPhoto(
          name: dataset.title(at: index), index: index, square: evaluator.square(of: photo),
          warnings: warnings))
      missing -= 1
    }
    return shown
  }

  /// Paints a shown photo at the plan's sizes, and moved by a few pixels.
  ///
  /// - Throws: `StylizingError.stopped` where `goesOn` says no; the error of a module below.
  func measureLarge(
    _ shown: ShownPhoto, in subject: Subject, while goesOn: @escaping @Sendable () -> Bool
  ) throws -> EvaluationMeasurement {
    let photo = try large(shown)
    let sizes = try photo.sizes.map { photo in
      let picture = try painted(photo.square, subject.name, by: network, while: goesOn)
      return evaluator.sizeMeasures(of: picture, from: photo, target: subject.target)
    }
    guard plan.movesPhotos else { return .large(sizes, nil) }
    let pictures = try photo.views.map {
      try painted($0, subject.name, by: network, while: goesOn)
    }
    return .large(sizes, ShiftMeasures(of: pictures, named: shown.name))
  }

  /// A shown photo at the plan's sizes, which is kept for the next style.
  private func large(_ shown: ShownPhoto) throws -> LargePhoto {
    if let largePhoto, largePhoto.index == shown.index { return largePhoto }
    let file = try dataset.photo(at: shown.index, minimum: VGG19.minimumExtent) { _ in }
    let square = file.centralSquare
    let photo = LargePhoto(
      index: shown.index,
      sizes: plan.sizes.filter { $0 <= square.width }.map {
        evaluator.largePhoto(square.resized(width: $0, height: $0), named: shown.name)
      }, views: plan.movesPhotos ? ShiftMeasures.views(of: file) : [])
    largePhoto = photo
    return photo
  }
}
