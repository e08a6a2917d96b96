import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoTensors
import ImpastoTraining
import Testing

struct ShiftLossTests {
  private static let size = 12
  private let backend = OneDNNBackend()

  /// Two photos that tell where a pixel was.
  private let photos = [2, 5].map { step in
    let side = size + ShiftLoss.farthest
    return Image(
      width: side, height: side,
      pixels: (0..<side * side).flatMap {
        [UInt8($0 % side * step), UInt8($0 / side * step), UInt8(40)]
      })
  }

  private func shift(_ number: UInt64) -> ShiftLoss {
    var source = RandomSource(seed: number)
    return ShiftLoss(using: &source)
  }

  /// The pictures are the photos themselves, with `addend` added to the second of each.
  private func losses(of crops: [Image], adding addend: Float, _ shift: ShiftLoss) -> [Float] {
    let pixels = crops.enumerated().flatMap { index, crop in
      crop.pixels.map { Float($0) / 255 + (index < photos.count ? 0 : addend) }
    }
    let tape = Tape(backend: backend, isRecording: false)
    let pictures = Tensor(pixels, shape: [crops.count, Self.size, Self.size, 3])
    return shift.losses(of: tape.constant(pictures)).value.scalars
  }

  @Test
  func `the crops of a photo lie up to three pixels apart, in every direction, never nowhere`() {
    var places: Set<[Int]> = []
    for number in 0..<400 {
      let crops = shift(UInt64(number)).crops(of: photos, size: Self.size)
      #expect(crops.map { [$0.width, $0.height] } == Array(repeating: [12, 12], count: 4))
      let (first, second) = (crops[0].pixels, crops[2].pixels)
      let place = [Int(second[0]) - Int(first[0]), Int(second[1]) - Int(first[1])].map { $0 / 2 }
      #expect(crops[3].pixels[0] == UInt8(Int(crops[1].pixels[0]) + 5 * place[0]))
      places.insert(place)
    }
    // The other half of the places is these with the crops swapped.
    let half = (-3...3).flatMap { x in (0...3).map { [x, $0] } }.filter { $0[1] > 0 || $0[0] > 0 }
    #expect(places == Set(half))
  }

  @Test func `pictures that move with their photos lose nothing, and others by how they differ`() {
    for number in 0..<50 {
      let shift = shift(UInt64(number))
      let crops = shift.crops(of: photos, size: Self.size)
      #expect(losses(of: crops, adding: 0, shift) == [0, 0])
      // The columns and rows that both crops show have a variance that is easily said.
      let (first, second) = (crops[0].pixels, crops[2].pixels)
      let shown = [0, 1].map { Self.size - abs(Int(second[$0]) - Int(first[$0])) / 2 }
      for (loss, step) in zip(losses(of: crops, adding: 0.1, shift), [2.0, 5]) {
        let variance = shown.reduce(0) {
          $0 + Double($1 * $1 - 1) / 12 * (step / 255) * (step / 255)
        }
        let expected = 3 * 0.1 * 0.1 / (variance + 1e-3)
        #expect(abs(Double(loss) - expected) < 1e-3 * expected)
      }
    }
  }
}
