import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors

/// The distances of the regions of a picture from the parts of paintings that they are painted like.
public struct DoodleLosses: Codable, Hashable, Sendable {
  /// The weighted sum that is minimised.
  public var total: Float
  /// The content loss before its weight; 0 without a photo.
  public var content: Float
  /// The style loss before its weight, the mean over regions, weighted by the roots of their areas.
  public var style: Float
  /// That of each region, by its colour.
  public var regions: [String: Float]
}

/// The distance of each region from the style of its parts of paintings, and of the whole from the
/// content of a photo.
struct DoodleObjective: PictureObjective {
  /// A region at one size.
  struct Region {
    let color: MapColor
    let guide: RegionGuide
    let style: PerceptualLoss.StyleTarget
  }

  let loss: PerceptualLoss
  let regions: [Region]
  /// Nil where no photo is to be seen.
  let content: PerceptualLoss.ContentTarget?

  var backend: any ComputeBackend { loss.backend }

  func measure(_ picture: Variable) -> (value: Variable, losses: DoodleLosses) {
    let terms = loss.terms
    let taps = terms.styleTaps.map(\.tap) + (content == nil ? [] : terms.contentTaps.map(\.tap))
    let features = loss.network.features(
      taps, of: picture, pooling: terms.pooling, padding: terms.padding,
      scalarType: loss.scalarType)
    let shares = PerceptualTerms.shares(terms.styleTaps)
    // The root lets small regions count for more than their area, and large ones lead all the same.
    let roots = regions.map { Float($0.guide.area.squareRoot()) }
    let sum = max(roots.reduce(0, +), .leastNormalMagnitude)
    var parts: [(Variable, weights: [Float])] = []
    var losses = DoodleLosses(total: 0, content: 0, style: 0, regions: [:])
    for (region, root) in zip(regions, roots) {
      for (layer, share) in shares.enumerated() {
        guard let gram = region.guide.gramMatrix(of: features[layer], at: taps[layer]) else {
          continue
        }
        let error = gram.squaredError(
          to: region.style.grams[layer], factors: [region.style.factors[layer]])
        let value = share * error.value.scalars[0]
        losses.regions["\(region.color)", default: 0] += value
        losses.style += value * root / sum
        parts.append((error, weights: [terms.styleWeight * share * root / sum]))
      }
    }
    if let content {
      for (layer, share) in PerceptualTerms.shares(terms.contentTaps).enumerated() {
        let error = features[shares.count + layer].squaredError(
          to: content.features[layer], factors: content.factors[layer])
        losses.content += share * error.value.scalars[0]
        parts.append((error, weights: [terms.contentWeight * share]))
      }
    }
    if terms.totalVariationWeight > 0 {
      parts.append((picture.totalVariation(), weights: [terms.totalVariationWeight]))
    }
    let value = Variable.weightedSum(parts, on: picture.tape)
    losses.total = value.value.scalars[0]
    return (value, losses)
  }
}

extension PerceptualLoss {
  /// The Gram matrices of a part of a painting.
  func target(of painting: Image, in place: Mask) -> StyleTarget {
    let guide = RegionGuide(
      place, width: painting.width, height: painting.height, kernels: backend.kernels)
    let tape = Tape(backend: backend, isRecording: false)
    let taps = terms.styleTaps.map(\.tap)
    let features = network.features(
      taps, of: tape.constant(painting.tensor(backend.kernels)), pooling: terms.pooling,
      padding: terms.padding, scalarType: scalarType)
    return target(
      of: zip(taps, features).map { tap, feature in
        guide.gramMatrix(of: feature, at: tap)?.value
          ?? Tensor(zeros: [1, tap.channels, tap.channels])
      })
  }
}
