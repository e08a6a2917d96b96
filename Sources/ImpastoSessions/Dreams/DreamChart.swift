import ImpastoCompute
import ImpastoImaging
public import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining

/// A sheet of what each channel of a layer responds to, with the channels' numbers.
public struct DreamChart: Sendable {
  /// The layer.
  public var tap: VGG19.Tap
  /// The settings of the arithmetic.
  public var compute: ComputeSettings
  /// The file of the sheet.
  public var output: ResultFile

  /// The side of each picture: about what a pixel of the layer sees.
  static func side(_ tap: VGG19.Tap) -> Int { [32, 32, 48, 80, 128][tap.block - 1] }

  /// Creates a chart.
  public init(
    of tap: VGG19.Tap, compute: ComputeSettings = ComputeSettings(), output: ResultFile
  ) {
    (self.tap, self.compute, self.output) = (tap, compute, output)
  }

  /// Dreams each channel from noise, and writes the sheet.
  ///
  /// - Parameters:
  ///   - lossNetwork: Nil for the one in its usual place.
  ///   - goesOn: Asked before each picture whether to make it.
  ///   - progress: Called after each picture with the number of those that are done.
  /// - Returns: The number of channels on the sheet; where it is not all of them, it was stopped.
  /// - Throws: ``SessionError``, or the error of a module below.
  public func run(
    lossNetwork: VGG19? = nil, while goesOn: () -> Bool = { true },
    _ progress: (_ channels: Int) -> Void = { _ in }
  ) throws -> Int {
    try output.check(besides: [])
    let (engine, scalarType) = try compute.engine()
    let network = try lossNetwork ?? VGG19()
    let side = Self.side(tap)
    // Grain leaves a fifth of the channels of relu4_1 without a response, spots of all sizes one in a
    // hundred.
    let starts = [Image.grain(side: side)] + (0..<20).map { Image.spots(side: side, number: $0) }
    var tiles: [ContactSheet.Tile] = []
    for channel in 0..<tap.channels where goesOn() {
      let settings = DreamSettings(
        targets: [.init(tap, channels: [channel])], octaves: 1, iterations: 24, stepSize: 6,
        jitter: 8)
      var picture: Image?
      for start in starts where picture == nil {
        picture = try Self.picture(
          of: Dream(
            of: start, settings: settings, lossNetwork: network, backend: engine,
            scalarType: scalarType))
      }
      tiles.append(.init(picture ?? starts[0], name: "\(channel)"))
      progress(tiles.count)
    }
    guard !tiles.isEmpty else { return 0 }
    let columns = 16
    let rows = stride(from: 0, to: tiles.count, by: columns).map { first in
      (first..<first + columns).map { $0 < tiles.count ? tiles[$0] : nil }
    }
    try ContactSheet.image(rows: rows, cell: side).write(
      to: output.path, quality: output.quality)
    return tiles.count
  }

  /// Dreams to the end; nil where nothing in the beginning excites the channel.
  private static func picture(of dream: Dream) throws(TrainingError) -> Image? {
    do throws(TrainingError) {
      while !dream.isFinished { try dream.step() }
    } catch {
      guard case .noResponse = error else { throw error }
      return nil
    }
    return dream.picture
  }
}

extension Image {
  /// A grey square with a little noise.
  fileprivate static func grain(side: Int) -> Image { noise(side: side, 108...140) }

  /// A square of soft coloured spots, of another size for each number.
  fileprivate static func spots(side: Int, number: Int) -> Image {
    let size = [16, 8, 5, 3, 2][number % 5]
    return noise(side: side / size, 0...255, number: number).resized(width: side, height: side)
  }

  private static func noise(
    side: Int, _ levels: ClosedRange<Float>, number: Int = 0
  ) -> Image {
    var random = RandomSource(seed: 1, path: [0x6368_6172_74 /* "chart" */, UInt64(number)])
    let pixels = (0..<side * side * 3).map { _ in UInt8(random.uniform(in: levels)) }
    return Image(width: side, height: side, pixels: pixels)
  }
}
