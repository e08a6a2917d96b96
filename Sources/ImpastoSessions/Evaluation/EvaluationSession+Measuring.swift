import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTraining

extension EvaluationSession {
  /// Measures a piece.
  ///
  /// - Parameters:
  ///   - goesOn: Asked from any thread, several times a second, whether to go on.
  ///   - progress: Called before each step with the work of the piece that is done, and its title.
  /// - Throws: `StylizingError.stopped` where `goesOn` says no; the error of a module below.
  func measure(
    _ piece: EvaluationPiece, while goesOn: @escaping @Sendable () -> Bool,
    _ progress: (_ done: Int, _ title: String) -> Void
  ) throws -> EvaluationMeasurement {
    switch piece {
    case .greys(let style):
      progress(0, "photos of one grey in \(subjects[style].name)")
      let pictures = try FlatField.photos.map {
        try painted($0, subjects[style].name, by: network, while: goesOn)
      }
      return .greys(unevenness: pictures.map(FlatField.unevenness).max() ?? 0)
    case .photo(let index):
      progress(0, dataset.title(at: index))
      return try measure(photo: index, while: goesOn)
    case .large(let shown, let style):
      progress(0, "\(shownPhotos[shown].name) in \(subjects[style].name), large")
      return try measureLarge(shownPhotos[shown], in: subjects[style], while: goesOn)
    case .descent(let shown, let style, let start):
      return try optimize(
        shownPhotos[shown], towards: subjects[style], from: start, while: goesOn, progress)
    }
  }

  /// Optimises a photo.
  private func optimize(
    _ photo: ShownPhoto, towards subject: Subject, from start: Descent.Start,
    while goesOn: () -> Bool, _ progress: (Int, String) -> Void
  ) throws -> EvaluationMeasurement {
    var step = 0
    let result = try evaluator.descent(
      on: photo.square, named: photo.name, towards: subject.target, from: start,
      iterations: plan.iterations ?? 0
    ) {
      progress(step, "\(photo.name) in \(subject.name) from \(start.rawValue)")
      step += 1
      return goesOn()
    }
    guard let result else { throw StylizingError.stopped }
    guard start == .photo, plan.report != nil else { return .descent(result.descent, nil) }
    let caption = "\(result.descent.totals.count - 1) iterations"
    return .descent(result.descent, try Self.picture(caption, result.picture))
  }

  private func measure(
    photo index: Int, while goesOn: @escaping @Sendable () -> Bool
  ) throws -> EvaluationMeasurement {
    let name = dataset.title(at: index)
    var warnings: [String] = []
    let photo: Image
    let shown = shownPhotos.first { $0.index == index }
    if let shown {
      (photo, warnings) = (shown.square, shown.warnings)
    } else {
      do throws(TrainingError) {
        photo = evaluator.square(
          of: try dataset.photo(at: index, minimum: VGG19.minimumExtent) { warnings.append($0) })
      } catch {
        return .unreadable(
          SkippedPhoto(name: name, reason: error.description), warnings: warnings)
      }
    }
    let targets = subjects.map(\.target)
    let pictures = try subjects.map { try painted(photo, $0.name, by: network, while: goesOn) }
    let losses = evaluator.losses(of: pictures, photo: photo, targets: targets)
    let plain = evaluator.losses(of: targets.map { _ in photo }, photo: photo, targets: targets)
    let others = try otherPictures(of: photo, while: goesOn)
    let known = subjects.indices.filter { others[$0] != nil }
    let otherLosses = evaluator.losses(
      of: known.compactMap { others[$0] }, photo: photo, targets: known.map { targets[$0] })
    let unchanged = try network.model.bank.photoIndex.map { _ in
      try painted(photo, StyleBank.photoName, by: network, while: goesOn)
    }
    let lossesOfOther = Dictionary(uniqueKeysWithValues: zip(known, otherLosses))
    var measured = EvaluationMeasurement.PhotoMeasurements(
      samples: subjects.indices.map {
        .init(photo: name, network: losses[$0], plain: plain[$0], other: lossesOfOther[$0])
      }, pictures: pictures.map(PictureMeasures.init), photo: PictureMeasures(photo),
      photoRowPSNR: unchanged.map { Float($0.psnr(against: photo)) }, warnings: warnings)
    if plan.report != nil, shown != nil {
      measured.rows = try rows(of: photo, named: name, pictures, others)
    }
    return .photo(measured)
  }

  /// The pictures of a photo that the page shows, for each style.
  private func rows(
    of photo: Image, named name: String, _ pictures: [Image], _ others: [Image?]
  ) throws -> [[EvaluationReport.Picture]] {
    let plain = try Self.picture(name, photo)
    return try zip(pictures, others).map { picture, other in
      try [plain, Self.picture("the network", picture)]
        + (other.map { [try Self.picture("the one compared with", $0)] } ?? [])
    }
  }

  /// Paints the photo with the other checkpoint, in each style that it knows.
  private func otherPictures(
    of photo: Image, while goesOn: @escaping @Sendable () -> Bool
  ) throws -> [Image?] {
    try subjects.map { subject in
      guard let other, other.model.bank.names.contains(subject.name) else { return nil }
      return try painted(photo, subject.name, by: other, while: goesOn)
    }
  }

  func painted(
    _ photo: Image, _ style: String, by stylizer: Stylizer,
    while goesOn: @escaping @Sendable () -> Bool
  ) throws(StylizingError) -> Image {
    try stylizer.stylize(photo, with: StyleMixture(style)) { _, _ in goesOn() }
  }
}
