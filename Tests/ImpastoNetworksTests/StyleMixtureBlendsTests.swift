import ImpastoNetworks
import Testing

@Suite struct StyleMixtureBlendsTests {
  private func mixture(_ text: String) throws -> StyleMixture { try StyleMixture(parsing: text) }

  @Test func `a walk changes the weights by equal steps`() throws {
    let path = StyleMixture.path(through: ["a", "b"], frames: 5)
    #expect(
      try path == [
        mixture("a"), mixture("a:0.75,b:0.25"), mixture("a:0.5,b:0.5"), mixture("a:0.25,b:0.75"),
        mixture("b"),
      ])
  }

  @Test func `a loop goes back to the first style without doubling it`() throws {
    let path = StyleMixture.path(through: ["a", "b"], frames: 4, isLoop: true)
    #expect(
      try path == [mixture("a"), mixture("a:0.5,b:0.5"), mixture("b"), mixture("b:0.5,a:0.5")])
  }

  @Test(arguments: [false, true])
  func `every style has a mixture to itself, in order, for any count`(isLoop: Bool) {
    for names in [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d", "e"], ["a", "b", "a"]] {
      for frames in names.count...40 {
        let path = StyleMixture.path(through: names, frames: frames, isLoop: isLoop)
        #expect(path.count == frames && path.first == StyleMixture(names[0]))
        if !isLoop { #expect(path.last == StyleMixture(names[names.count - 1])) }
        let alone = path.filter { $0.parts.count == 1 }.map(\.parts[0].name)
        let isClosed = isLoop && names.first == names.last
        #expect(alone == (isClosed ? names.dropLast() : names), "\(frames) frames")
        for mixture in path { #expect(abs(mixture.parts.reduce(0) { $0 + $1.weight } - 1) < 1e-6) }
      }
    }
  }

  @Test func `a style may follow itself`() {
    let path = StyleMixture.path(through: ["a", "a", "b"], frames: 5)
    #expect(path[0...2].allSatisfy { $0 == StyleMixture("a") })
  }

  @Test func `a grid is bilinear between its corners`() throws {
    let grid = StyleMixture.grid(corners: ["a", "b", "c", "d"], steps: 3)
    #expect(
      try grid == [
        [mixture("a"), mixture("a:0.5,b:0.5"), mixture("b")],
        [mixture("a:0.5,c:0.5"), mixture("a,b,c,d"), mixture("b:0.5,d:0.5")],
        [mixture("c"), mixture("c:0.5,d:0.5"), mixture("d")],
      ])
    let fine = StyleMixture.grid(corners: ["a", "b", "c", "d"], steps: 5)
    #expect(fine[1][3].parts.map(\.weight) == [0.1875, 0.5625, 0.0625, 0.1875])
  }

  @Test func `corners may be alike`() {
    let grid = StyleMixture.grid(corners: ["a", "a", "b", "b"], steps: 2)
    #expect(
      grid == [
        [StyleMixture("a"), StyleMixture("a")], [StyleMixture("b"), StyleMixture("b")],
      ])
  }
}
