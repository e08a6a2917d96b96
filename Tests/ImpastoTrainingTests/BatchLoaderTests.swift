import Foundation
import ImpastoImaging
import ImpastoTraining
import TestSupport
import Testing

struct BatchLoaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func loader(
    batchSize: Int = 4, imageSize: Int = 24, seed: UInt64 = 1, firstStep: Int = 0
  ) throws -> BatchLoader {
    BatchLoader(
      dataset: try ImageDataset(folder: folder.path),
      settings: TrainingSettings(batchSize: batchSize, imageSize: imageSize, seed: seed),
      firstStep: firstStep)
  }

  private func batches(_ count: Int, from loader: BatchLoader) throws -> [TrainingBatch] {
    try (0..<count).map { _ in try loader.next() }
  }

  @Test func `every epoch takes each photo once, the last batch being smaller`() throws {
    try folder.makePhotos(10)
    let steps = try batches(6, from: loader())
    #expect(steps.map(\.step) == Array(0..<6))
    #expect(steps.map(\.names.count) == [4, 4, 2, 4, 4, 2])
    let names = try ImageDataset(folder: folder.path).names
    let (first, second) = (steps[..<3].flatMap(\.names), steps[3...].flatMap(\.names))
    #expect(first.sorted() == names && second.sorted() == names)
    #expect(first != names && first != second)
  }

  @Test func `a batch depends on the step and not on where the loader began`() throws {
    try folder.makePhotos(7)
    let whole = try batches(9, from: loader())
    let resumed = try batches(4, from: loader(firstStep: 5))
    #expect(Array(whole[5...]) == resumed)
  }

  @Test func `stages take photos of their sizes, each in an order of its own`() throws {
    try folder.makePhotos(7)
    let settings = TrainingSettings(schedule: [
      TrainingStage(imageSize: 24, steps: 2, batchSize: 7),
      TrainingStage(imageSize: 40, steps: 1, batchSize: 7),
      TrainingStage(imageSize: 24, steps: 2, batchSize: 7),
    ])
    let dataset = try ImageDataset(folder: folder.path)
    func loader(firstStep: Int) -> BatchLoader {
      BatchLoader(dataset: dataset, settings: settings, firstStep: firstStep)
    }
    let whole = try batches(6, from: loader(firstStep: 0))
    #expect(whole.map(\.photos[0].width) == [24, 24, 40, 24, 24, 24])
    #expect(whole[..<2].map(\.names) != whole[3..<5].map(\.names))
    let alone = try batches(1, from: self.loader(batchSize: 7))
    #expect(whole[0] == alone[0], "a first stage is a run of one")
    #expect(try batches(3, from: loader(firstStep: 3)) == Array(whole[3...]))
  }

  @Test func `where pictures are to be steady, photos are larger than these`() throws {
    try folder.makePhotos(1)
    let settings = TrainingSettings(batchSize: 1, imageSize: 24, shiftWeight: 1)
    let batch = try BatchLoader(
      dataset: ImageDataset(folder: folder.path), settings: settings, firstStep: 0
    ).next()
    #expect(batch.photos.map { [$0.width, $0.height] } == [[27, 27]])
  }

  @Test func `another seed gives other batches`() throws {
    try folder.makePhotos(7)
    let one = try batches(2, from: loader(seed: 1))
    let two = try batches(2, from: loader(seed: 2))
    #expect(one.flatMap(\.names) != two.flatMap(\.names))
  }

  @Test func `photos larger and smaller than the crop come out at its size`() throws {
    try folder.makePhotos(2, width: 100, height: 30)
    try Image.ramp(width: 21, height: 16).write(to: folder.file("small.png"))
    let sizes = try loader().next().photos.map { [$0.width, $0.height] }
    #expect(sizes == [[24, 24], [24, 24], [24, 24]])
  }

  @Test func `crops cover two thirds of the shorter side or more, anywhere, mirrored or not`()
    throws
  {
    // The red of a pixel is its column and the green its row, so a crop tells where it was.
    try Image.ramp(width: 240, height: 120).write(to: folder.file("a.png"))
    var (widths, lefts, tops): ([Int], [Int], [Int]) = ([], [], [])
    var mirrored = 0
    for photo in try batches(200, from: loader(imageSize: 64)).flatMap(\.photos) {
      let left = Int(photo.pixels[0])
      let right = Int(photo.pixels[(photo.width - 1) * 3])
      if left > right { mirrored += 1 }
      widths.append(abs(right - left) + 1)
      lefts.append(min(left, right))
      tops.append(Int(photo.pixels[1]))
    }
    #expect(widths.allSatisfy { (76...121).contains($0) })
    #expect((widths.min() ?? 0) < 85 && (widths.max() ?? 0) > 112)
    #expect((lefts.min() ?? 99) < 10 && (lefts.max() ?? 0) > 140)
    #expect((tops.min() ?? 99) < 3 && (tops.max() ?? 0) > 30)
    #expect((70...130).contains(mirrored))
  }

  @Test func `an unreadable photo is missing from its batch and named`() throws {
    try folder.makePhotos(3)
    try folder.make(["broken.jpg"])
    let loader = try loader()
    #expect(try loader.next().names.count == 3)
    #expect(try loader.next().names.count == 3)
    #expect(loader.skipped.map(\.name) == ["broken.jpg"])
    #expect(loader.skipped.first?.reason.contains("/broken.jpg: ") == true)
  }

  @Test func `warnings about photos whose names look alike are two`() throws {
    // A letter with its accent, and the letter and then the accent.
    let photo = try Image(width: 30, height: 30, pixels: [UInt8](repeating: 9, count: 2700))
      .encoded(as: .png)
    for name in ["caf\u{E9}.png", "cafe\u{301}.png"] {
      // Without the chunk that ends the file.
      try photo.dropLast(12).write(to: URL(fileURLWithPath: folder.file(name)))
    }
    let loader = try loader()
    #expect(try loader.next().names.count == 2)
    #expect(loader.warnings.count == 2)
  }

  @Test func `photos too small to be painted are left out and not enlarged`() throws {
    try folder.makePhotos(1)
    for side in [1, 2, 8, 15] {
      let tiny = Image(width: side, height: 40, pixels: [UInt8](repeating: 9, count: 120 * side))
      try tiny.write(to: folder.file("tiny\(side).png"))
    }
    let loader = try loader(batchSize: 5)
    #expect(try loader.next().names == ["photo0.png"])
    #expect(
      loader.skipped.map(\.name) == ["tiny1.png", "tiny15.png", "tiny2.png", "tiny8.png"])
    #expect(
      loader.skipped[1].reason
        == "\(folder.path)/tiny15.png has 15×40 pixels, and 16×16 is the least; use a larger one")
  }

  @Test func `where a whole batch is unreadable another photo of the epoch stands in`() throws {
    try folder.makePhotos(1)
    try folder.make((0..<5).map { "broken\($0).jpg" })
    let steps = try batches(6, from: loader(batchSize: 1))
    #expect(steps.allSatisfy { $0.names == ["photo0.png"] })
  }

  @Test func `a folder in which nothing can be read is refused`() throws {
    try folder.make(["broken.jpg"])
    let loader = try loader()
    for _ in 0..<5 {
      let error = #expect(throws: TrainingError.self) { try loader.next() }
      let text = error?.description ?? ""
      #expect(text.contains("\(folder.path): not one of its photos can be read; the first: "))
    }
  }

  @Test func `a loader that is not used to its end goes away`() throws {
    try folder.makePhotos(3)
    for _ in 0..<50 { _ = try loader().next() }
  }
}

extension TemporaryFolder {
  /// Writes `count` photos named `photo0.png` and so on.
  func makePhotos(_ count: Int, width: Int = 40, height: Int = 30) throws {
    for index in 0..<count {
      try Image.ramp(width: width, height: height, blue: UInt8(index * 7))
        .write(to: file("photo\(index).png"))
    }
  }
}

extension Image {
  /// A picture in which the red of a pixel is its column and the green its row.
  static func ramp(width: Int, height: Int, blue: UInt8 = 0) -> Image {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width { pixels += [UInt8(x), UInt8(y), blue] }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}
