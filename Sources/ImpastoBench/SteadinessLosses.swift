import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining

/// Compares the losses of steadied frames with those of frames that are painted by themselves.
struct SteadinessLosses {
  private let evaluator: Evaluator
  private let folder: String

  /// The frames of a clip that are measured: losses take longer than painting.
  private static let measured = stride(from: 4, to: 24, by: 6)

  /// Reads the loss network.
  ///
  /// - Parameter folder: Holds each style's painting as `<style>.jpg`.
  init(folder: String, backend: any ComputeBackend, scalarType: ScalarType) throws {
    self.folder = folder
    evaluator = Evaluator(lossNetwork: try VGG19(), backend: backend, scalarType: scalarType)
  }

  /// The mean losses of `steady` divided by those of `alone`.
  func ratios(
    of steady: [Image], to alone: [Image], film: [Image], _ style: String
  ) throws -> (style: Double, content: Double)? {
    let target = evaluator.target(of: try Image(contentsOf: "\(folder)/\(style).jpg"))
    let losses = Self.measured.map { index in
      evaluator.losses(
        of: [steady[index], alone[index]], photo: film[index], targets: [target, target])
    }
    guard let first = RelativeLosses.mean(losses.map { $0[0] }),
      let second = RelativeLosses.mean(losses.map { $0[1] })
    else { return nil }
    return (Double(first.style / second.style), Double(first.content / second.content))
  }
}
