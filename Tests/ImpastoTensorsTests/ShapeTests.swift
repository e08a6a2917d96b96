import ImpastoTensors
import Testing

struct ShapeTests {
  @Test func `extents are named outermost first`() {
    let shape: Shape = [2, 3, 5, 7]
    #expect([shape.batch, shape.height, shape.width, shape.channels] == [2, 3, 5, 7])
    #expect((0..<4).map { shape[$0] } == shape.dimensions)
    #expect(shape.rank == 4)
    #expect(shape.count == 210)
    #expect("\(shape)" == "[2×3×5×7]")
  }

  @Test func `a shape without axes has one scalar, one with an empty axis none`() {
    #expect(Shape([]).count == 1)
    #expect("\(Shape([]))" == "[]")
    #expect(([4, 0, 3] as Shape).count == 0)
  }

  @Test func `shapes are equal when their extents are, in order`() {
    #expect([2, 3] as Shape == Shape([2, 3]))
    #expect([2, 3] as Shape != [3, 2])
    #expect([2, 3] as Shape != [2, 3, 1])
  }

  @Test func `a negative extent stops the program`() async {
    await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
  }

  @Test func `only shapes of four axes have pixels`() async {
    await #expect(processExitsWith: .failure) { _ = ([2, 3, 4] as Shape).width }
  }

  @Test func `scalar types have the sizes and names that files give them`() {
    #expect(ScalarType.allCases.map(\.size) == [4, 2])
    #expect(ScalarType.allCases.map(\.rawValue) == ["f32", "bf16"])
  }
}
