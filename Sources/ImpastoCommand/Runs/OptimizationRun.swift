import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// One call of `impasto optimize`: sets an optimisation up and leads it to its end.
final class OptimizationRun {
  private let command: OptimizeCommand
  private let photo: Image
  /// The metadata of the result.
  private let metadata: ImageMetadata
  private let optimization: ImageOptimization
  private let precision: String
  private let backend: String
  private let console: Console
  private let clock = ContinuousClock()
  private var scales: [Scale] = []
  /// The time spent at each scale.
  private var scaleTimes: [Duration] = []

  /// The work done at one scale.
  private struct Scale: Encodable {
    var width, height: Int
    var iterations = 0
    var start, end: PictureLosses
  }

  private struct Painting: Encodable {
    var path: String
    var weight: Float
  }

  private struct Result: Encodable {
    var input, output: String
    var paintings: [Painting]
    var width, height: Int
    var iterations, evaluations: Int
    var finished: Bool
    var losses: PictureLosses
    var scales: [Scale]
    /// Left out where no progress was asked for.
    var progress, animation: String?
    var precision, backend: String
    var arithmetic = Arithmetic.current
    var computeSeconds: Double
  }

  /// Reads all that `command` names, so that every mistake shows before the first iteration.
  init(command: OptimizeCommand) throws {
    self.command = command
    let console = command.shown.console
    self.console = console
    try Self.checkPaths(command)
    let options = command.optimization
    let settings = try options.settings
    let weights = try options.weights(of: command.paintings.count)
    let (photo, stated) = try Self.photo(of: command, onWarning: console.warn)
    self.photo = photo
    let leftOut: [String]
    (metadata, leftOut) = command.metadata.adapted(
      stated, width: photo.width, height: photo.height)
    for words in leftOut {
      console.note("\(command.input.photo): left out of the result: \(words)")
    }
    let paintings = try zip(command.paintings, weights).map { path, weight in
      let painting = try Image(contentsOf: path, onWarning: console.warn)
      try painting.check(path)
      return ImageOptimization.WeightedPainting(painting, weight: weight)
    }
    let start: ImageOptimization.Start =
      switch options.start {
      case "photo": .photo
      case "noise": .noise
      default: .image(try Self.start(options.start, onWarning: console.warn))
      }
    let (engine, scalarType) = try command.compute.settings.engine()
    (precision, backend) = (scalarType.rawValue, engine.name)
    let needed = settings.bytes(
      width: photo.width, height: photo.height, paintings: paintings.map(\.painting),
      scalarType: scalarType)
    if let free = Memory().available, needed > free {
      throw CommandError.notEnoughMemory(command.input.photo, needed: needed, free: free)
    }
    optimization = try ImageOptimization(
      of: photo, in: paintings, from: start, settings: settings, lossNetwork: try VGG19(),
      backend: engine, scalarType: scalarType)
  }

  private static func checkPaths(_ command: OptimizeCommand) throws {
    let (photo, output) = (command.input.photo, command.output)
    try PhotoArgument.checkExtension(of: output)
    try command.input.checkOutput(output)
    for painting in command.paintings {
      if Folder.isSame(painting, photo) {
        throw ValidationError(
          "\(painting) is the photo itself; name a painting to take the style of")
      }
      if Folder.isSame(painting, output) {
        throw ValidationError(
          "\(output) would be written over the painting \(painting); name another --output")
      }
    }
  }

  private static func photo(
    of command: OptimizeCommand, onWarning: (String) -> Void
  ) throws -> (Image, ImageMetadata) {
    let name = command.input.photo
    let reader = try ImageReader(contentsOf: name)
    var photo = try Image(reader)
    reader.warnings.forEach(onWarning)
    try photo.check(name)
    let longest = max(photo.width, photo.height)
    let size = command.size ?? min(longest, 512)
    if size != longest {
      let (width, height) = (photo.width, photo.height)
      photo = photo.scaled(longerSide: size)
      let least = VGG19.minimumExtent
      if min(photo.width, photo.height) < least {
        throw SessionError.cannotStylize(
          name,
          reason: """
            \(width)×\(height) pixels scaled to a longer side of \(size) are \
            \(photo.width)×\(photo.height), and \(least)×\(least) is the least; choose a larger \
            --size
            """)
      }
    }
    return (photo, reader.metadata)
  }

  private static func start(_ path: String, onWarning: (String) -> Void) throws -> Image {
    guard FileStatus.exists(path) else {
      throw CommandError.noStart(path)
    }
    return try Image(contentsOf: path, onWarning: onWarning)
  }

  /// Optimises until all iterations are done or a signal asks to stop, and writes the picture.
  func run() throws {
    try StopSignal.caught { stop in
      let frames = try command.saveEvery.map {
        try ProgressFrames(output: command.output, like: photo, interval: $0)
      }
      announce()
      var bar = ProgressBar(total: total, console: console)
      let optimized = Swift.Result { try optimize(frames, until: stop, &bar) }
      bar.clear()
      let (picture, iteration) = (picture, optimization.completedIterations)
      guard iteration > 0 || optimization.isFinished else {
        // Where it began is no result.
        try optimized.get()
        throw stop.interruption(.interrupted(command.output))
      }
      // Whatever failed, the picture is what it was before, and neither file waits for the other.
      let kept = Swift.Result {
        try picture.write(
          to: command.output, quality: command.jpeg.quality, metadata: metadata)
      }
      let framed = Swift.Result { try frames?.finish(with: picture, iteration: iteration) }
      do {
        try optimized.get()
        try framed.get()
      } catch {
        if case .success = kept {
          console.note("\(command.output): the picture after \(iteration.of("iteration"))")
        }
        throw error
      }
      try kept.get()
      try conclude(frames)
      if !optimization.isFinished { throw stop.interruption() }
    }
  }

  private var total: Int { optimization.settings.iterations * optimization.sizes.count }

  /// The best picture so far, as it will be seen.
  private var picture: Image {
    command.keepColors ? optimization.picture.withColors(of: photo) : optimization.picture
  }

  private func optimize(
    _ frames: ProgressFrames?, until stop: StopSignal, _ bar: inout ProgressBar
  ) throws {
    begin()
    try frames?.note(0) { picture }
    while !optimization.isFinished, !stop.isRaised {
      let begun = clock.now
      let (scale, before) = (optimization.scale, optimization.completedIterations)
      try optimization.step()
      scaleTimes[scale] += clock.now - begun
      let done = optimization.completedIterations
      scales[scale].iterations += done - before
      if optimization.scale == scale {
        scales[scale].end = optimization.losses
      } else {
        begin()
      }
      if done > before { try frames?.note(done) { picture } }
      bar.update(done, work: work, status)
    }
  }

  /// The share of all work that is done: an iteration takes as long as its picture has pixels.
  private var work: Double {
    let pixels = optimization.sizes.map { Double($0.width * $0.height) }
    let scale = optimization.scale
    // Earlier scales are over, even where they ended early.
    let share = Double(scales[scale].iterations) / Double(optimization.settings.iterations)
    return (pixels[..<scale].reduce(0, +) + share * pixels[scale]) / pixels.reduce(0, +)
  }

  private var computeTime: Duration { scaleTimes.reduce(.zero, +) }

  private func begin() {
    scaleTimes.append(.zero)
    let size = optimization.sizes[optimization.scale]
    scales.append(
      Scale(
        width: size.width, height: size.height, start: optimization.losses,
        end: optimization.losses))
  }
}

// MARK: - Words

extension OptimizationRun {
  private func announce() {
    let sizes = optimization.sizes.map { "\($0.width)×\($0.height)" }.joined(separator: ", ")
    console.note(
      """
      \(command.paintings.count.of("painting")), \
      \(optimization.settings.iterations.of("iteration")) of \
      \(optimization.settings.method == .lbfgs ? "L-BFGS" : "Adam") at \(sizes)
      """)
    console.detail("\(backend), \(precision)")
  }

  private var status: String {
    let losses = optimization.losses
    var text = String(
      format: "loss %.4g  content %.4g  style %.4g", losses.total, losses.content, losses.style)
    if optimization.settings.terms.totalVariationWeight > 0 {
      text += String(format: "  variation %.4g", losses.totalVariation)
    }
    if let iterations = scales.last?.iterations, iterations > 0, let time = scaleTimes.last {
      text += String(format: "  %.2f s each", time.inSeconds / Double(iterations))
    }
    return text
  }

  private func conclude(_ frames: ProgressFrames?) throws {
    let done = optimization.completedIterations
    if console.isJSON {
      return try console.result(
        json: Result(
          input: command.input.photo, output: command.output,
          paintings: zip(
            command.paintings, try command.optimization.weights(of: command.paintings.count)
          )
          .map { Painting(path: $0, weight: $1) },
          width: photo.width, height: photo.height, iterations: done,
          evaluations: optimization.evaluations, finished: optimization.isFinished,
          losses: optimization.losses, scales: scales, progress: frames?.folder,
          animation: frames?.animation, precision: precision, backend: backend,
          computeSeconds: computeTime.inSeconds))
    }
    var line = "\(command.input.photo) → \(command.output)  \(photo.width)×\(photo.height)  "
    if optimization.isFinished {
      line += done.of("iteration")
    } else {
      let size = optimization.sizes[optimization.scale]
      line += "stopped after \(done) of \(total.of("iteration")), at \(size.width)×\(size.height)"
    }
    line += String(
      format: "  loss %.4g  %.2f s", optimization.losses.total, computeTime.inSeconds)
    console.result(line)
    if let frames {
      console.result(frames.folder)
      console.result(frames.animation)
    }
  }
}
