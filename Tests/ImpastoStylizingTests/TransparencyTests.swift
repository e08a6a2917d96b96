import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Testing

/// Photos of which a part is transparent.
@Suite struct TransparencyTests {
  private let model = RandomModel.make(["a", "b", StyleBank.photoName])

  private var stylizers: [Stylizer] {
    ([OneDNNBackend(), OpenBLASBackend()] as [any ComputeBackend]).flatMap { backend in
      ScalarType.allCases.filter(backend.supports).map {
        Stylizer(model: model, backend: backend, scalarType: $0)
      }
    }
  }

  private var stylizer: Stylizer { stylizers[0] }

  /// A photo as it is read from a file with these colours and this opacity.
  private func photo(
    _ colors: Image, _ opacity: (_ x: Int, _ y: Int) -> UInt8
  ) throws -> (file: Data, photo: Image) {
    let (width, height) = (colors.width, colors.height)
    var file = Data()
    let writer = try ImageWriter(
      as: .png, name: "photo.png", width: width, height: height, hasAlpha: true
    ) { file.append(contentsOf: $0) }
    var pixels: [UInt8] = []
    for pixel in 0..<width * height {
      pixels += colors.pixels[3 * pixel..<3 * pixel + 3]
      pixels.append(opacity(pixel % width, pixel / width))
    }
    try pixels.withUnsafeBufferPointer { pixels throws(ImageError) in
      try writer.write(rows: pixels)
    }
    try writer.finish()
    return (file, try Image(reader(file)))
  }

  private func reader(_ file: Data) throws -> PhotoReader {
    try PhotoReader(ImageReader(encoded: file, name: "photo.png", keepingAlpha: true))
  }

  /// A disc, with a soft edge.
  private func disc(_ x: Int, _ y: Int) -> UInt8 {
    let distance = (pow(Float(x) - 30, 2) + pow(Float(y) - 26, 2)).squareRoot()
    return UInt8(max(0, min(255, 255 * (22.5 - distance))))
  }

  @Test(arguments: ["a", "photo", "a:1,photo:1"])
  func `what a file hides where nothing shows decides nothing`(_ text: String) throws {
    let colors = Photo.varied(width: 64, height: 54)
    var other = colors
    for pixel in 0..<64 * 54 where disc(pixel % 64, pixel / 64) == 0 {
      for channel in 0..<3 { other.pixels[3 * pixel + channel] = UInt8(pixel * 7 & 255) }
    }
    #expect(other != colors)
    let (first, second) = (try photo(colors, disc).photo, try photo(other, disc).photo)
    for stylizer in stylizers {
      let mixture = try StyleMixture(parsing: text)
      let painting = try stylizer.stylize(first, with: mixture)
      #expect(try stylizer.stylize(second, with: mixture) == painting, "\(stylizer.backend.name)")
      #expect(painting.opacity?.levels == (0..<64 * 54).map { disc($0 % 64, $0 / 64) })
    }
  }

  @Test func `an alpha channel that is opaque everywhere changes no bit`() throws {
    let colors = Photo.varied(width: 40, height: 33)
    let photo = try photo(colors) { _, _ in 255 }.photo
    #expect(photo == colors)
    let mixture = StyleMixture("a")
    #expect(
      try stylizer.stylize(photo, with: mixture) == stylizer.stylize(colors, with: mixture))
  }

  @Test func `an equal opacity everywhere changes the picture by rounding only`() throws {
    let colors = Photo.varied(width: 40, height: 33)
    for level: UInt8 in [32, 127, 254] {
      let photo = try photo(colors) { _, _ in level }.photo
      #expect(photo.pixels == colors.pixels)
      for name in ["a", "photo"] {
        let painting = try stylizer.stylize(photo, with: StyleMixture(name))
        let opaque = try stylizer.stylize(colors, with: StyleMixture(name))
        #expect(painting.largestDifference(from: opaque) <= 1, "\(name) at \(level)")
      }
    }
  }

  @Test func `the visible part is painted as if there were nothing else`() throws {
    // Half of the picture, beside which white, or the rest, has other statistics.
    let colors = Photo.varied(width: 96, height: 64)
    let half = colors.cropped(x: 0, y: 0, width: 48, height: 64)
    let cut = try photo(colors) { x, _ in x < 48 ? 255 : 0 }.photo
    var overWhite = colors
    overWhite.paste(Image(width: 48, height: 64, level: 255), x: 48, y: 0)
    func visible(_ image: Image) throws -> Image {
      try stylizer.stylize(image, with: StyleMixture("a")).cropped(
        x: 0, y: 0, width: 24, height: 64)
    }
    let alone = try visible(half)
    let (own, other) = (
      try visible(cut).signalToNoise(against: alone),
      try visible(overWhite).signalToNoise(against: alone)
    )
    #expect(own > other + 6, "\(own) dB, and \(other) dB over white")
  }

  @Test func `the picture does not depend on memory, nor on how the photo is read`() throws {
    let colors = Photo.varied(width: 61, height: 150)
    func opacity(_ x: Int, _ y: Int) -> UInt8 { disc(x, y % 60) }
    let (file, photo) = try photo(colors, opacity)
    let mixture = try StyleMixture(parsing: "a:1,photo:1")
    for stylizer in stylizers {
      let picture = try stylizer.stylize(photo, with: mixture)
      let architecture = model.network.architecture
      let count = architecture.layers.count
      for dropped in 0..<count {
        let plan = BandPlan(
          architecture, width: 61, height: 150, scalarType: stylizer.scalarType, threads: 2,
          keeps: (0..<count).map { $0 < dropped || $0 % 3 == 0 })
        #expect(try stylizer.stylize(photo, with: mixture, by: plan) == picture)
      }
      var pixels: [UInt8] = []
      let streamed = StreamedPhoto(try reader(file))
      #expect(streamed.opacity == photo.opacity)
      try stylizer.stylize(streamed, with: mixture) { pixels += $0 }
      #expect(pixels == picture.pixels)
    }
  }

  @Test func `regions, strokes and colours leave the opacity as it is`() throws {
    let photo = try photo(Photo.varied(width: 64, height: 54), disc).photo
    let region = StyleRegion(
      mask: Mask(width: 2, height: 1, levels: [255, 0]), mixture: StyleMixture("b"))
    for size in [0.5, 1, 2] {
      let picture = try stylizer.stylize(
        photo, with: StyleMixture("a"), regions: [region], strokeSize: size)
      #expect(picture.opacity == photo.opacity)
      #expect(picture.withColors(of: photo).opacity == photo.opacity)
    }
  }

  @Test(arguments: [0, 1, 2, 17, 300])
  func `a photo of which hardly anything or nothing shows is painted`(visible: Int) throws {
    let photo = try photo(Photo.varied(width: 64, height: 54)) { x, y in
      y * 64 + x < visible ? 255 : 0
    }.photo
    for stylizer in stylizers {
      for name in ["a", "photo"] {
        let picture = try stylizer.stylize(photo, with: StyleMixture(name))
        #expect(picture.opacity == photo.opacity)
      }
    }
  }
}
