import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Synchronization
import Testing

/// A photo larger than those that the network's strokes are made for.
@Suite struct OctavesTests {
  /// Its strokes are as large as in the painting in pictures whose shorter side is 24 pixels.
  private let model = RandomModel.make(["a", "b", StyleBank.photoName], styleSize: 36)
  private let photo = Photo.varied(width: 150, height: 110)

  private func stylizer(threads: Int = 2, memory: Int = .max) -> Stylizer {
    var stylizer = Stylizer(
      model: model, backend: OneDNNBackend(threads: ThreadBudget(count: threads)),
      scalarType: .float32)
    stylizer.memory = memory
    return stylizer
  }

  private func sizes(
    _ width: Int, _ height: Int, reference: Int?, strokeSize: Double = 1
  ) -> [[Int]] {
    Octaves(width: width, height: height, reference: reference, strokeSize: strokeSize)
      .sizes.map { [$0.width, $0.height] }
  }

  @Test func `sizes double from that of the painting's strokes up to the photo's`() {
    #expect(
      sizes(4000, 3000, reference: 256)
        == [[341, 256], [500, 375], [1000, 750], [2000, 1500], [4000, 3000]])
    #expect(sizes(1024, 1024, reference: 256) == [[256, 256], [512, 512], [1024, 1024]])
    #expect(sizes(512, 700, reference: 256) == [[256, 350], [512, 700]])
  }

  @Test func `what is no larger than the painting's strokes ask for is painted once`() {
    #expect(sizes(400, 256, reference: 256) == [[400, 256]])
    #expect(sizes(30, 40, reference: 256) == [[30, 40]])
    #expect(sizes(4000, 3000, reference: nil) == [[4000, 3000]])
  }

  @Test func `the photo's size is not rounded anew where the first size is nearly as large`() {
    #expect(sizes(10_000, 256, reference: 256, strokeSize: 1.001) == [[10_000, 256]])
    #expect(sizes(9_999, 255, reference: 255, strokeSize: 0.999) == [[9_999, 255]])
    #expect(sizes(9_999, 255, reference: 255, strokeSize: 0.9) == [[11_110, 283]])
  }

  @Test func `the size of strokes divides the first size`() {
    #expect(sizes(1024, 1024, reference: 256, strokeSize: 2)[0] == [128, 128])
    #expect(sizes(1024, 1024, reference: 256, strokeSize: 0.25) == [[1024, 1024]])
    #expect(sizes(1024, 1024, reference: 256, strokeSize: 0.125) == [[2048, 2048]])
    #expect(sizes(100, 80, reference: 256, strokeSize: 0.5) == [[200, 160]])
    #expect(sizes(100, 80, reference: nil, strokeSize: 2) == [[50, 40], [100, 80]])
  }

  @Test func `seen whole, a large picture is the one of the small photo`() throws {
    let whole = try stylizer().stylize(photo, with: StyleMixture("a"))
    let small = photo.resized(width: 75, height: 55).resized(width: 33, height: 24)
    let picture = try stylizer().stylize(small, with: StyleMixture("a"))
    #expect(whole.width == 150 && whole.height == 110)
    #expect(whole.resized(width: 33, height: 24).signalToNoise(against: picture) > 26)
    // Not merely enlarged.
    #expect(whole.signalToNoise(against: picture.resized(width: 150, height: 110)) < 26)
  }

  /// Holds on every set of instructions.
  @Test func `memory, threads and reading in bands change no bit`() throws {
    let mixture = try StyleMixture(parsing: "a:2,photo:1")
    let region = StyleRegion(
      mask: Mask(width: 2, height: 1, levels: [255, 0]), mixture: StyleMixture("b"))
    let picture = try stylizer().stylize(photo, with: mixture, regions: [region])
    let least = stylizer().minimumMemory(width: 150, height: 110, strokeSize: 1)
    let lean = stylizer(threads: 1, memory: least)
    #expect(try lean.stylize(photo, with: mixture, regions: [region]) == picture)
    let streamed = StreamedPhoto(
      try PhotoReader(ImageReader(encoded: photo.encoded(as: .png), name: "photo.png")))
    var pixels: [UInt8] = []
    try stylizer().stylize(streamed, with: mixture, regions: [region]) { pixels += $0 }
    #expect(pixels == picture.pixels)
  }

  @Test func `strokes finer than pixels are painted on an enlarged photo`()
    throws
  {
    let picture = try stylizer().stylize(photo, with: StyleMixture("a"), strokeSize: 0.15)
    var pixels: [UInt8] = []
    try stylizer().stylize(photo as any PhotoRows, with: StyleMixture("a"), strokeSize: 0.15) {
      pixels += $0
    }
    #expect(pixels == picture.pixels && pixels.count == 150 * 110 * 3)
  }

  @Test func `progress counts all sizes, and can stop at each`() throws {
    let counts = Mutex((last: 0, total: 0))
    _ = try stylizer().stylize(photo, with: StyleMixture("a")) { done, total in
      counts.withLock { $0 = (max($0.last, done), total) }
      return true
    }
    let (last, total) = counts.withLock { $0 }
    #expect(last == total && total > 0)
    for last in stride(from: 1, to: total, by: 7) {
      #expect(throws: StylizingError.stopped) {
        _ = try stylizer().stylize(photo, with: StyleMixture("a")) { done, _ in done < last }
      }
    }
  }

  @Test func `a style that lacks is told before anything is painted`() {
    let error = #expect(throws: StylizingError.self) {
      try stylizer().stylize(photo, with: StyleMixture("c"))
    }
    #expect(error?.description.contains("c") == true)
  }
}
