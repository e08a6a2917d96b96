import Foundation
import ImpastoCompute
import ImpastoDifferentiation
import ImpastoNetworks
import ImpastoTensors

/// Small untrained models whose styles differ.
enum RandomModel {
  /// Creates a model; equal names have equal rows, equal seeds equal networks.
  static func make(_ names: [String], seed: UInt64 = 7) -> StyleModel {
    let architecture = TransformArchitecture(widths: [8, 12, 16], residualBlocks: 2)
    let rows = names.map { name in
      var random = RandomSource(seed: 1, path: name.utf8.map(UInt64.init))
      return (0..<2 * architecture.styleLength).map { _ in random.normal() }
    }
    let shape: Shape = [names.count, architecture.styleLength]
    return StyleModel(
      network: TransformNetwork(architecture: architecture, seed: seed),
      bank: StyleBank(
        names: names,
        scale: Tensor(rows.flatMap { $0.prefix(architecture.styleLength) }, shape: shape),
        shift: Tensor(rows.flatMap { $0.suffix(architecture.styleLength) }, shape: shape)),
      styles: names.filter { $0 != StyleBank.photoName }.map {
        StyleDescription(name: $0, title: "“\($0)”", year: "c. 1831")
      },
      thumbnails: ["first": Data([0xFF, 0xD8])], trainingSettings: ["seed": "7"])
  }

  static func levels(count: Int) -> [UInt8] {
    var random = RandomSource(seed: 5)
    return (0..<count).map { _ in UInt8(random.next() >> 56) }
  }
}

extension StyleModel {
  /// The bits of a picture of 16×20 pixels.
  func picture(
    _ mixture: StyleMixture, scalarType: ScalarType = .float32
  ) throws -> [UInt32] {
    try pictures(
      [weights(of: mixture)], of: RandomModel.levels(count: 16 * 20 * 3), scalarType: scalarType)
  }

  /// The bits of pictures of 16×20 pixels, one for each row of weights.
  func pictures(
    _ weights: [[Float]], of levels: [UInt8], scalarType: ScalarType = .float32
  ) throws -> [UInt32] {
    let backend = OneDNNBackend()
    let tape = Tape(backend: backend, isRecording: false)
    let photos = PhotoBatch(
      levels: levels, shape: [weights.count, 16, 20, 3], scalarType: scalarType,
      kernels: backend.kernels)
    let rows = bank.rows(
      weights: weights, statistics: photos.statistics, scale: tape.constant(bank.scale),
      shift: tape.constant(bank.shift))
    return network.stylized(
      tape.constant(photos.input), rows: rows,
      variables: network.variables(on: tape, areTrainable: false)
    ).value.scalars.map(\.bitPattern)
  }
}
