import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Testing

@Suite struct StrokeSizeTests {
  private let stylizer = Stylizer(
    model: RandomModel.make(["a", "b"]), backend: OneDNNBackend(), scalarType: .float32)
  private let photo = Photo.varied(width: 50, height: 37)

  private func picture(_ strokeSize: Double) throws -> Image {
    try stylizer.stylize(photo, with: StyleMixture("a"), strokeSize: strokeSize)
  }

  /// Holds on every set of instructions.
  @Test func `a stroke size of 1 is the plain style, bit for bit`() throws {
    #expect(try picture(1) == stylizer.stylize(photo, with: StyleMixture("a")))
  }

  @Test(arguments: [0.25, 0.5, 0.8, 1.1, 1.5, 2])
  func `every stroke size keeps the photo's size and gives a picture of its own`(
    strokeSize: Double
  ) throws {
    let picture = try picture(strokeSize)
    #expect(picture.width == 50 && picture.height == 37)
    #expect(try picture != self.picture(1))
  }

  @Test func `small strokes are painted on a larger photo`() throws {
    let large = try stylizer.stylize(
      photo.resized(width: 100, height: 74), with: StyleMixture("a"))
    #expect(try picture(0.5) == large.resized(width: 50, height: 37))
  }

  @Test func `large strokes are those of the small photo's picture, with finer detail`() throws {
    let small = try stylizer.stylize(
      photo.resized(width: 25, height: 19), with: StyleMixture("a"))
    let picture = try picture(2)
    #expect(picture.signalToNoise(against: small.resized(width: 50, height: 37)) < 27)
    #expect(picture.resized(width: 25, height: 19).signalToNoise(against: small) > 27)
  }

  @Test func `strokes too large for a photo are refused`() {
    let error = #expect(
      throws: StylizingError.strokesTooLarge(
        width: 50, height: 37, strokeSize: 3, minimum: 16)
    ) { try picture(3) }
    #expect(
      error?.description
        == "the picture is 50×37 pixels, of which strokes of size 3.0 leave fewer than 16 along a "
        + "side; choose smaller strokes")
  }
}
