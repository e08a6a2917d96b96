import Foundation
import ImpastoImaging
import ImpastoTensors
import ImpastoTraining
import Testing

/// Each fault is found in pictures that have it and not in others.
struct PictureFaultsTests {
  /// A picture of 96×96 pixels.
  private func picture(_ color: (_ x: Int, _ y: Int) -> Double) -> Image {
    let side = 96
    let pixels = (0..<side * side).flatMap { index in
      let level = color(index % side, index / side)
      return [UInt8](repeating: UInt8(min(max(level.rounded(), 0), 255)), count: 3)
    }
    return Image(width: side, height: side, pixels: pixels)
  }

  /// Soft clouds with fine grain, as photos and paintings have.
  private func texture(
    _ seed: Int, adding fault: (_ x: Int, _ y: Int) -> Double = { _, _ in 0 }
  )
    -> Image
  {
    var random = RandomSource(seed: UInt64(seed), path: [])
    let waves = (0..<12).map { _ in
      (
        x: Double(random.uniform(in: -0.2...0.2)), y: Double(random.uniform(in: -0.2...0.2)),
        phase: Double(random.uniform(in: 0...6.3))
      )
    }
    return picture { x, y in
      let clouds = waves.map { sin($0.x * Double(x) + $0.y * Double(y) + $0.phase) }
      return 128 + 12 * clouds.reduce(0, +) + Double(random.uniform(in: -4...4)) + fault(x, y)
    }
  }

  private func faults(
    blobs: Float = 0, _ fault: (Int, Int) -> Double = { _, _ in 0 }
  ) throws
    -> PictureFaults
  {
    let pictures = (1...6).map { PictureMeasures(texture($0, adding: fault)) }
    return try #require(PictureFaults(pictures, blobs: blobs))
  }

  @Test func `pictures without fault are below every limit`() throws {
    let faults = try faults()
    #expect(faults.flagged == [])
    #expect(faults.grid2 > 0.5 && faults.grid2 < 1.5 && faults.grid4 > 0.5 && faults.grid4 < 1.5)
    #expect(faults.clipping == 0)
  }

  @Test func `a line along one side is a frame, and the same line inside is none`() throws {
    for side in 0..<4 {
      let faults = try faults { x, y in [y, 95 - y, x, 95 - x][side] < 2 ? 30 : 0 }
      #expect(faults.flagged == [.frame], "\(side): \(faults)")
    }
    #expect(try faults { x, _ in (40..<42).contains(x) ? 30 : 0 }.flagged == [])
  }

  @Test func `a line that few pictures have is none of the network's`() throws {
    let pictures = (1...6).map { seed in
      PictureMeasures(texture(seed, adding: { x, _ in seed == 1 && x < 2 ? 60 : 0 }))
    }
    #expect(PictureFaults(pictures, blobs: 0)?.flagged == [])
  }

  @Test func `checkerboards are found by their period, however faint`() throws {
    #expect(try faults { x, y in (x + y) % 2 == 0 ? 2 : -2 }.flagged == [.grid2])
    #expect(try faults { x, _ in x % 4 < 2 ? 2 : -2 }.flagged == [.grid4])
    #expect(try faults { x, y in (x / 2 + y / 2) % 2 == 0 ? 2 : -2 }.flagged == [.grid4])
    // Strokes of other widths are no grid.
    #expect(try faults { x, _ in x % 5 < 2 ? 8 : -8 }.flagged == [])
    #expect(try faults { x, y in sin(Double(x + y) * 0.9) * 10 }.flagged == [])
  }

  @Test func `spots on a plain picture are measured in levels, and a grid is no spot`() {
    #expect(FlatField.unevenness(of: picture { _, _ in 128 }) == 0)
    #expect(FlatField.unevenness(of: picture { x, y in (x + y) % 2 == 0 ? 50 : 200 }) == 0)
    let spot = picture { x, y in (78..<86).contains(x) && (38..<46).contains(y) ? 168 : 128 }
    #expect(FlatField.unevenness(of: spot) == 40)
    // What lies along the sides counts as a frame.
    #expect(FlatField.unevenness(of: picture { x, _ in x < 6 ? 200 : 128 }) == 0)
    let half = picture { x, y in (78..<86).contains(x) && (38..<42).contains(y) ? 168 : 128 }
    #expect(FlatField.unevenness(of: half) == 20)
    // Around the mark it may look like anything.
    #expect(FlatField.photos.map(FlatField.unevenness) == [0, 0, 0])
  }

  @Test func `numbers above their limits are flagged, each by itself`() throws {
    #expect(try faults(blobs: 10).flagged == [])
    #expect(try faults(blobs: 10.1).flagged == [.blobs])
    let clipped = try faults { x, _ in x % 8 == 5 ? 1000 : 0 }
    #expect(clipped.clipping == 0.125)
    #expect(clipped.flagged.contains(.clipping))
    #expect(PictureFaults([], blobs: 0) == nil)
  }

  @Test(arguments: ["astronaut.jpg", "dandelions.jpg"])
  func `the sample photographs have neither frame nor grid`(_ name: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let photo = try Image(contentsOf: root.appending(path: "Docs/Pictures/\(name)").path)
    let measures = PictureMeasures(photo.scaled(shorterSide: 256))
    let faults = try #require(PictureFaults([measures], blobs: 0))
    #expect(faults.flagged.allSatisfy { $0 == .clipping }, "\(faults)")
  }

  @Test func `as JSON the flagged faults are listed beside the numbers`() throws {
    let faults = try faults(blobs: 12)
    let data = try JSONEncoder().encode(faults)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object.keys.sorted() == ["blobs", "clipping", "flagged", "frame", "grid2", "grid4"])
    #expect(object["flagged"] as? [String] == ["blobs"])
  }
}
