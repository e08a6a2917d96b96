import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoModelFiles
import ImpastoTensors

extension VGG19 {
  /// The input range that the weights expect.
  enum Normalization: String {
    /// Levels 0…255 minus the means of ImageNet, as Oxford trained.
    case caffe
    /// Pixels 0…1, standardised, as torchvision trained.
    case torchvision

    /// From pixels in 0…1, indexed by blue, green, red.
    var affine: ChannelAffine {
      switch self {
      case .caffe:
        return ChannelAffine(scale: [255, 255, 255], shift: [-103.939, -116.779, -123.68])
      case .torchvision:
        let (means, deviations): ([Float], [Float]) = (
          [0.406, 0.456, 0.485], [0.225, 0.224, 0.229]
        )
        return ChannelAffine(
          scale: deviations.map { 1 / $0 }, shift: zip(means, deviations).map { -$0 / $1 })
      }
    }
  }

  /// The path of the converted weights: `vgg19.safetensors` in `$IMPASTO_CACHE`, else in the folder
  /// `impasto` of `$XDG_CACHE_HOME` or of `~/.cache`.
  public static var cachePath: String {
    let environment = ProcessInfo.processInfo.environment
    func folder(_ variable: String) -> String? {
      environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
    let cache =
      folder("IMPASTO_CACHE")
      ?? (folder("XDG_CACHE_HOME") ?? NSHomeDirectory() + "/.cache") + "/impasto"
    return cache + "/vgg19.safetensors"
  }

  /// The SHA-256 of the weights, and of how pictures are prepared for them.
  package var fingerprint: String {
    var digest = SHA256Digest()
    digest.update(Data("\(inputAffine)".utf8))
    for layer in layers {
      for tensor in [layer.filter.weights, layer.bias] {
        tensor.withUnsafeBytes { digest.update($0) }
      }
    }
    return digest.hexadecimal()
  }

  /// Loads converted weights.
  ///
  /// - Throws: ``LossNetworkError/notInstalled(_:)`` where the file is missing; otherwise what is
  ///   wrong with it.
  public init(contentsOf path: String = VGG19.cachePath) throws(LossNetworkError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .notInstalled(path) }
    let file: NamedTensors
    do { file = try Safetensors.read(path) } catch { throw .file(error) }
    guard let normalization = file.metadata["normalization"].flatMap(Normalization.init) else {
      throw .notLossNetwork(path, reason: "its metadata names no normalization")
    }
    try self.init(
      normalization, path: path, weights: { file.tensors[$0.layerName + ".weight"] },
      biases: { file.tensors[$0.layerName + ".bias"] })
  }

  /// Assembles the network from its parts, checking each.
  init(
    _ normalization: Normalization, path: String, weights: (Tap) -> Tensor?,
    biases: (Tap) -> Tensor?
  ) throws(LossNetworkError) {
    var layers: [Layer] = []
    for tap in Tap.all {
      func checked(
        _ tensor: Tensor?, _ kind: String, _ shape: Shape
      ) throws(LossNetworkError) -> Tensor {
        let name = "\(tap.layerName).\(kind)"
        guard let tensor else { throw .notLossNetwork(path, reason: "it lacks “\(name)”") }
        if let fault = tensor.fault(named: name, expected: shape) {
          throw .notLossNetwork(path, reason: fault)
        }
        return tensor
      }
      layers.append(
        Layer(
          filter: ConvolutionFilter(try checked(weights(tap), "weight", tap.filterShape)),
          bias: try checked(biases(tap), "bias", [tap.filterShape[0]])))
    }
    self.layers = layers
    inputAffine = normalization.affine
  }

  /// Keeps the network where `init(contentsOf:)` finds it.
  func write(_ normalization: Normalization, to path: String) throws(LossNetworkError) {
    var file = NamedTensors(metadata: ["normalization": normalization.rawValue])
    for (tap, layer) in zip(Tap.all, layers) {
      file.tensors[tap.layerName + ".weight"] = layer.filter.weights
      file.tensors[tap.layerName + ".bias"] = layer.bias
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    // A folder that cannot be made shows in the writing, which says why.
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    do { try Safetensors.write(file, to: path) } catch { throw .file(error) }
  }
}
