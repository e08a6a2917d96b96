import ImpastoTensors
import Testing

struct TensorTests {
  private let numbers: [Float] = [0, -1.5, 0.1, 3e38, 0x1p-140, -7]

  @Test func `scalars come back as they were given, or rounded to bf16`() {
    #expect(Tensor(numbers, shape: [2, 3]).scalars == numbers)
    let rounded = numbers.map { Float(bfloat16Bits: $0.bfloat16Bits) }
    #expect(Tensor(numbers, shape: [2, 3], .bfloat16).scalars == rounded)
    #expect(rounded[1] == -1.5 && rounded[2] != 0.1)
  }

  @Test(arguments: ScalarType.allCases)
  func `zeros and repeated values fill the shape`(type: ScalarType) {
    let zeros = Tensor(zeros: [3, 2], type)
    #expect(zeros.scalars == [0, 0, 0, 0, 0, 0])
    #expect(zeros.count == 6 && zeros.byteCount == 6 * type.size && zeros.scalarType == type)
    #expect(Tensor(repeating: 2.5, shape: [2, 2], type).scalars == [2.5, 2.5, 2.5, 2.5])
    #expect(Tensor(zeros: [0, 4], type).scalars.isEmpty)
  }

  @Test func `rows run fastest along the last axis`() {
    let tensor = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]).reshaped(to: [3, 2])
    #expect(tensor.shape == [3, 2])
    #expect(tensor.scalars == [1, 2, 3, 4, 5, 6])
  }

  @Test func `copies share their memory until one of them is written`() {
    var first = Tensor(numbers, shape: [6])
    let second = first
    let third = second.reshaped(to: [1, 6])
    #expect(address(first) == address(second) && address(second) == address(third))

    first.withUnsafeMutableBytes { $0.storeBytes(of: Float(9), as: Float.self) }
    #expect(first.scalars[0] == 9 && first.scalars.dropFirst() == numbers.dropFirst())
    #expect(second.scalars == numbers && third.scalars == numbers)
    #expect(address(first) != address(second) && address(second) == address(third))
  }

  @Test func `writing to a tensor without copies stays in place`() {
    var tensor = Tensor(numbers, shape: [6])
    let before = address(tensor)
    tensor.withUnsafeMutableBytes { $0.storeBytes(of: Float(9), as: Float.self) }
    #expect(address(tensor) == before)
  }

  @Test func `scalars that do not fill the shape stop the program`() async {
    await #expect(processExitsWith: .failure) { _ = Tensor([1, 2], shape: [3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 3]).reshaped(to: [7]) }
  }
}

/// Where a tensor's scalars lie.
func address(_ tensor: Tensor) -> UInt {
  tensor.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
}
