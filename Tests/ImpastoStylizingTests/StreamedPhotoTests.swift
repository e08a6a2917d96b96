import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import TestSupport
import Testing

@Suite struct StreamedPhotoTests {
  private let photo = Photo.varied(width: 40, height: 90)

  private func streamed(_ file: Data) throws -> StreamedPhoto {
    StreamedPhoto(try PhotoReader(ImageReader(encoded: file, name: "photo.png")))
  }

  /// Forwards, overlapping, back a little, back to the top, and all at once.
  @Test(arguments: [
    [0..<10, 5..<20, 20..<21, 15..<30], [60..<64, 2..<7, 89..<90], [0..<90, 0..<90, 40..<41],
    [0..<1, 1..<2, 2..<90],
  ])
  func `rows are the picture's, in whatever order they are asked for`(
    _ ranges: [Range<Int>]
  ) throws {
    let streamed = try streamed(photo.encoded(as: .png))
    #expect(streamed.width == 40 && streamed.height == 90)
    for rows in ranges {
      #expect(try streamed.levels(ofRows: rows) == photo.levels(ofRows: rows), "\(rows)")
    }
  }

  @Test(arguments: [8, 1])
  func `rows stay at hand for as many parts as threads may be apart`(threads: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(photo.encoded(as: .png), as: "photo.png")
    let streamed = StreamedPhoto(
      try PhotoReader(ImageReader(contentsOf: path)), threads: ThreadBudget(count: threads))
    for row in stride(from: 5, through: 80, by: 5) {
      _ = try streamed.levels(ofRows: row..<row + 5)
    }
    // What would have to be decoded again is not there any more.
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 0)
    let oldest = 80 - 2 * threads * 5
    for row in stride(from: oldest, through: 80, by: 5) {
      #expect(try streamed.levels(ofRows: row..<row + 5) == photo.levels(ofRows: row..<row + 5))
    }
    guard oldest > 0 else { return }
    #expect(throws: ImageError.self) { try streamed.levels(ofRows: oldest - 5..<oldest) }
  }

  @Test func `a photo read in bands is painted as the one held as a whole`() throws {
    let stylizer = Stylizer(
      model: RandomModel.make(["a", StyleBank.photoName]), backend: OneDNNBackend(),
      scalarType: .float32)
    let mixture = try StyleMixture(parsing: "a:2,photo:1")
    var pixels: [UInt8] = []
    try stylizer.stylize(streamed(photo.encoded(as: .png)), with: mixture) { pixels += $0 }
    #expect(try pixels == stylizer.stylize(photo, with: mixture).pixels)
  }

  @Test func `a file that ends too early fails where it does, and can be read again before`() throws
  {
    // Decoders read ahead: the end of half a file has to be far from its first rows.
    let photo = Photo.varied(width: 400, height: 90)
    let file = try photo.encoded(as: .png)
    let streamed = try streamed(file.prefix(file.count / 2))
    for _ in 0..<2 {
      let error = #expect(throws: ImageError.self) { try streamed.levels(ofRows: 0..<90) }
      guard case .damaged("photo.png", .png, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(try streamed.levels(ofRows: 0..<5) == photo.levels(ofRows: 0..<5))
    }
  }
}
