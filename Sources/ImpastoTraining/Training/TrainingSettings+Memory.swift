public import ImpastoNetworks
public import ImpastoTensors

extension TrainingSettings {
  /// About how many bytes the process takes while a network of `architecture` is trained in a stage
  /// of this run.
  ///
  /// Within 12 % of what was measured for the published network with 2 to 8 photos a step, in f32
  /// and bf16.
  public func bytes(
    of stage: TrainingStage, architecture: TransformArchitecture, scalarType: ScalarType
  ) -> Int {
    fixedBytes(architecture)
      + stage.batchSize * bytesPerPhoto(of: stage, architecture, scalarType)
  }

  /// The most photos a step of `stage` that `bytes` allow, or 0.
  public func maximumBatchSize(
    of stage: TrainingStage, architecture: TransformArchitecture, scalarType: ScalarType,
    bytes: Int
  ) -> Int {
    max(0, bytes - fixedBytes(architecture)) / bytesPerPhoto(of: stage, architecture, scalarType)
  }

  /// The program, the loss network, and the parameters with their moments and gradients.
  private func fixedBytes(_ architecture: TransformArchitecture) -> Int {
    let weights = architecture.layers.reduce(0) { $0 + $1.filterShape.count }
    return 60_000_000 + VGG19.weightBytes + 6 * weights * ScalarType.float32.size
  }

  private func bytesPerPhoto(
    of stage: TrainingStage, _ architecture: TransformArchitecture, _ scalarType: ScalarType
  ) -> Int {
    // An image is kept as it comes from the filter and as the next layer sees it, and has a gradient.
    let images = 3 * architecture.scalarsPerPixel
    let pictures = shiftWeight > 0 ? 2 : 1
    let pixels = pictures * stage.imageSize * stage.imageSize
    return pixels * (VGG19.scalarsPerPixel + images) * scalarType.size
  }
}
