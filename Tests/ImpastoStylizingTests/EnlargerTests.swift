import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Synchronization
import Testing

@Suite struct EnlargerTests {
  private static let model = EnlargementModel(
    fidelity: network(seed: 1), looks: network(seed: 2))

  /// A network whose last layer gives small numbers, so that few levels are clipped.
  private static func network(seed: UInt64, last: Float = 0.02) -> TransformNetwork {
    let network = TransformNetwork(architecture: .enlarging, seed: seed)
    var parameters = network.parameters
    let end = parameters.removeLast()
    let filter = end.filter.weights
    parameters.append(
      LayerParameters(
        filter: ConvolutionFilter(
          Tensor(filter.scalars.map { last * $0 }, shape: filter.shape)), shift: end.shift))
    return TransformNetwork(architecture: .enlarging, parameters: parameters)
  }

  private func enlargers(scale: Int, threads: Int = 2) -> [Enlarger] {
    let budget = ThreadBudget(count: threads)
    let backends: [any ComputeBackend] = [
      OneDNNBackend(threads: budget), OpenBLASBackend(threads: budget),
    ]
    return backends.flatMap { backend in
      ScalarType.allCases.filter(backend.supports).map {
        Enlarger(
          network: Self.model.network(fidelity: 0.5, scale: scale), backend: backend,
          scalarType: $0)
      }
    }
  }

  private func levels(
    _ enlarger: Enlarger, _ photo: Image, threads: Int, bandHeight: Int
  ) throws -> [UInt8] {
    let plan = EnlargementPlan(
      enlarger.network.architecture, width: photo.width, height: photo.height,
      scalarType: enlarger.scalarType, threads: threads, bandHeight: bandHeight)
    var levels: [UInt8] = []
    try enlarger.enlarge(photo, by: plan) { levels += $0 }
    return levels
  }

  /// Holds on every set of instructions.
  @Test(arguments: [(1, 1), (1, 9), (7, 1), (3, 2), (33, 20), (130, 70), (97, 18)])
  func `the picture depends neither on bands nor on threads, bit for bit`(
    height: Int, width: Int
  ) throws {
    let photo = Photo.varied(width: width, height: height)
    for scale in [2, 4] {
      for enlarger in enlargers(scale: scale) {
        let whole = try levels(enlarger, photo, threads: 1, bandHeight: (height + 3) / 4 * 4)
        #expect(whole.count == 3 * scale * width * scale * height)
        for bandHeight in EnlargementPlan.heights {
          for threads in [1, 2, 3] {
            #expect(
              try levels(enlarger, photo, threads: threads, bandHeight: bandHeight) == whole,
              """
              \(enlarger.backend.name) \(enlarger.scalarType.rawValue) by \(scale) in bands of \
              \(bandHeight)
              """)
          }
        }
        #expect(try enlarger.enlarge(photo).pixels == whole)
      }
    }
  }

  /// The tape computes the same in other pieces, and in f32 rounds otherwise.
  @Test func `the picture is what training sees`() throws {
    let photo = Photo.varied(width: 29, height: 23)
    for scale in [2, 4] {
      for enlarger in enlargers(scale: scale) where enlarger.scalarType == .float32 {
        let (backend, network) = (enlarger.backend, enlarger.network)
        let shape: Shape = [1, photo.height, photo.width, 3]
        let batch = PhotoBatch(
          levels: photo.pixels, shape: shape, scalarType: .float32, kernels: backend.kernels)
        let tape = Tape(backend: backend, isRecording: false)
        let base = backend.kernels.tensor(
          fromLevels: Image.repeating(photo.pixels, width: photo.width, by: scale),
          shape: [1, scale * photo.height, scale * photo.width, 3], center: 0, scale: 1 / 255,
          type: .float32)
        let pixels = network.enlarged(
          tape.constant(batch.input), base: base,
          variables: network.variables(on: tape, areTrainable: false))
        let levels = backend.kernels.levels(pixels.value).levels
        let picture = try enlarger.enlarge(photo)
        #expect(
          zip(levels, picture.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 },
          "\(backend.name) by \(scale)")
        #expect(
          zip(levels, picture.pixels).count { $0 != $1 } < levels.count / 100,
          "\(backend.name) by \(scale)")
      }
    }
  }

  @Test func `a network that adds nothing repeats the photo's pixels`() throws {
    let photo = Photo.varied(width: 5, height: 3)
    for type in ScalarType.allCases where OneDNNBackend().supports(type) {
      let enlarger = Enlarger(
        network: Self.network(seed: 1, last: 0), backend: OneDNNBackend(), scalarType: type)
      let picture = try enlarger.enlarge(photo)
      for y in 0..<12 {
        for x in 0..<20 {
          let (pixel, source) = (3 * (20 * y + x), 3 * (5 * (y / 4) + x / 4))
          #expect(picture.pixels[pixel..<pixel + 3] == photo.pixels[source..<source + 3])
        }
      }
    }
  }

  @Test func `less memory means smaller bands and fewer threads, then none`() throws {
    let (width, height) = (400, 900)
    let architecture = TransformArchitecture.enlarging
    func plan(_ memory: Int) -> EnlargementPlan? {
      EnlargementPlan.quickest(
        architecture, width: width, height: height, scalarType: .float32, threads: 2,
        memory: memory)
    }
    let quickest = try #require(plan(.max))
    let least = EnlargementPlan.minimumBytes(
      architecture, width: width, height: height, scalarType: .float32)
    #expect(least < quickest.peakBytes / 3)
    #expect(plan(quickest.peakBytes)?.peakBytes == quickest.peakBytes)
    let smaller = try #require(plan(quickest.peakBytes - 1))
    #expect(smaller.peakBytes < quickest.peakBytes)
    #expect(plan(least)?.threads == 1)
    #expect(plan(least - 1) == nil)
    var enlarger = Enlarger(
      network: Self.model.network(fidelity: 1, scale: 4), backend: OneDNNBackend(),
      scalarType: .float32)
    enlarger.memory = least - 1
    #expect(
      throws: StylizingError.notEnoughMemory(
        width: width, height: height, needed: least, allowed: least - 1)
    ) { try enlarger.enlarge(Photo.varied(width: width, height: height)) }
  }

  @Test func `the work can be stopped`() throws {
    let photo = Photo.varied(width: 40, height: 200)
    let calls = Mutex(0)
    #expect(throws: StylizingError.stopped) {
      try enlargers(scale: 4)[0].enlarge(
        photo,
        progress: { done, total in
          calls.withLock { $0 += 1 }
          return done < total / 2
        }
      ) { _ in }
    }
    #expect(calls.withLock { $0 } > 0)
  }

  @Test func `numbers that are not finite are an error, not a picture`() throws {
    let enlarger = Enlarger(
      network: Self.network(seed: 1, last: 1e38), backend: OneDNNBackend(), scalarType: .float32)
    let error = #expect(throws: StylizingError.self) {
      try enlarger.enlarge(Photo.varied(width: 9, height: 9))
    }
    #expect(error == .notFinite(nil, layer: "decoder.1"))
  }

  @Test func `opacity grows with the picture`() throws {
    var photo = Photo.varied(width: 6, height: 5)
    photo.opacity = Opacity(width: 6, height: 5, levels: (0..<30).map { UInt8($0 * 8) })
    let picture = try enlargers(scale: 2)[0].enlarge(photo)
    #expect(picture.opacity == photo.opacity?.resized(width: 12, height: 10))
  }
}
