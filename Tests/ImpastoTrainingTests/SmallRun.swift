import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

/// What small runs are trained on.
enum SmallRun {
  static let settings = TrainingSettings(
    steps: 4, batchSize: 3, imageSize: 32, styleSize: 32, seed: 2)

  /// Of two sizes, with steady pictures.
  static let stagedSettings = TrainingSettings(
    schedule: [
      TrainingStage(imageSize: 32, steps: 2, batchSize: 3),
      TrainingStage(imageSize: 36, steps: 2, batchSize: 2),
    ], styleSize: 32, shiftWeight: 5, seed: 2)

  static let styles = [
    StyleSource(
      description: StyleDescription(name: "dots"),
      painting: image(width: 40, height: 32) { x, y in x % 8 < 3 && y % 8 < 3 ? 220 : 40 }),
    StyleSource(
      description: StyleDescription(name: "stripes"),
      painting: image(width: 32, height: 36) { x, y in (x + y) % 10 < 5 ? 250 : 90 }),
  ]

  static func image(
    width: Int, height: Int, level: (_ x: Int, _ y: Int) -> Int
  ) -> Image {
    let levels = (0..<width * height).flatMap { pixel in
      let gray = level(pixel % width, pixel / width)
      return [UInt8(gray), UInt8(gray / 2), UInt8(255 - gray)]
    }
    return Image(width: width, height: height, pixels: levels)
  }

  static func batch(_ step: Int, count: Int = 3) -> TrainingBatch {
    let photos = (0..<count).map { photo in
      image(width: 32, height: 32) { x, y in (x * (photo + 3) + y * (step + 5)) % 256 }
    }
    return TrainingBatch(step: step, photos: photos, names: (0..<count).map { "photo \($0).png" })
  }
}
