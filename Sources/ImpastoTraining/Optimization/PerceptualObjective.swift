package import ImpastoCompute
package import ImpastoDifferentiation
package import ImpastoImaging

/// The distance of a picture from the content of a photo and the style of a painting.
package struct PerceptualObjective: PictureObjective {
  private let loss: PerceptualLoss
  private let content: PerceptualLoss.ContentTarget
  private let style: PerceptualLoss.StyleTarget

  /// Creates an objective for pictures of the photo's size.
  package init(photo: Image, style: PerceptualLoss.StyleTarget, loss: PerceptualLoss) {
    (self.loss, self.style) = (loss, style)
    content = loss.contentTarget(of: photo.tensor(loss.backend.kernels))
  }

  package var backend: any ComputeBackend { loss.backend }

  package func measure(_ picture: Variable) -> (value: Variable, losses: PictureLosses) {
    let losses = loss.losses(of: picture, content: content, targets: [style])
    return (losses.total, PictureLosses(losses, terms: loss.terms))
  }
}
