import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
package import ImpastoStylizing
import ImpastoTensors

extension Facts {
  /// All that the picture of a photo depends on besides the photo.
  ///
  /// - Parameters:
  ///   - program: The version of the program.
  ///   - settings: The settings of the painting.
  ///   - size: The longer side that was asked for, in pixels.
  ///   - keepsMetadata: Whether results get what the photo's file says besides.
  package init(
    program: String, _ settings: PaintingSettings, size: Int?, keepsMetadata: Bool,
    stylizer: Stylizer
  ) throws {
    let mixtures = [settings.mixture] + settings.regions.map(\.mixture)
    try self.init(
      PaintingDescription(
        program: program, model: stylizer.model.fingerprint(ofStylesIn: mixtures),
        mixture: PaintingDescription.shares(of: settings.mixture),
        regions: settings.regions.map {
          .init(
            mask: SHA256Digest.hexadecimal(of: $0.mask.levels), width: $0.mask.width,
            mixture: PaintingDescription.shares(of: $0.mixture))
        },
        strokeSize: settings.strokeSize, keepsColors: settings.keepsColors, size: size,
        keepsMetadata: keepsMetadata, precision: stylizer.scalarType.rawValue,
        backend: stylizer.backend.name, arithmetic: .current))
  }
}

/// All that the picture of a photo depends on.
private struct PaintingDescription: Encodable {
  var program, model: String
  var mixture: [String: Float]
  var regions: [Region]
  var strokeSize: Double
  var keepsColors: Bool
  var size: Int?
  var keepsMetadata: Bool
  var precision, backend: String
  var arithmetic: Arithmetic

  struct Region: Encodable {
    /// The SHA-256 of its levels.
    var mask: String
    var width: Int
    var mixture: [String: Float]
  }

  static func shares(of mixture: StyleMixture) -> [String: Float] {
    Dictionary(uniqueKeysWithValues: mixture.parts.map { ($0.name, $0.weight) })
  }
}

extension StyleModel {
  /// The SHA-256 of the network and of the rows of the styles that `mixtures` have.
  func fingerprint(ofStylesIn mixtures: [StyleMixture]) -> String {
    var digest = SHA256Digest()
    digest.update(Data((fingerprint + network.architecture.json).utf8))
    let names = Set(mixtures.flatMap { $0.parts.map(\.name) })
    let (scale, shift, length) = (bank.scale.scalars, bank.shift.scalars, bank.scale.shape[1])
    for (row, name) in bank.names.enumerated() where names.contains(name) {
      let range = row * length..<(row + 1) * length
      for values in [scale[range], shift[range]] {
        Array(values).withUnsafeBytes { digest.update($0) }
      }
    }
    return digest.hexadecimal()
  }
}
