import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors

/// The momenta and moments in the file with the state of a run, each checked when it is asked for.
struct SavedMoments {
  let file: NamedTensors
  /// The path of the file, for errors.
  let path: String

  /// Those of a network's layers, by the names of the parameters.
  func ofLayers(
    _ architecture: TransformArchitecture
  ) throws(TrainingError) -> (
    momenta: [String: Tensor], moments: [String: (first: Tensor, second: Tensor)]
  ) {
    var momenta: [String: Tensor] = [:]
    var all: [String: (first: Tensor, second: Tensor)] = [:]
    for layer in architecture.layers {
      let name = layer.filterName
      momenta[name] = try tensor("momentum.\(name)", of: name, layer.filterShape, \.isFinite)
      for (name, shape) in [
        (layer.scaleName, layer.scaleShape), (layer.shiftName, layer.shiftShape),
      ] {
        if let name, let shape { all[name] = try moments(name, shape) }
      }
    }
    return (momenta, all)
  }

  /// The moments of a parameter.
  func moments(
    _ name: String, _ shape: Shape
  ) throws(TrainingError) -> (first: Tensor, second: Tensor) {
    (
      try tensor("first.\(name)", of: name, shape, \.isFinite),
      try tensor("second.\(name)", of: name, shape) { $0.isFinite && $0 >= 0 }
    )
  }

  /// A tensor that belongs to `parameter`.
  func tensor(
    _ name: String, of parameter: String, _ shape: Shape, _ isGood: (Float) -> Bool
  ) throws(TrainingError) -> Tensor {
    guard let tensor = file.tensors[name], tensor.shape == shape,
      tensor.scalarType == .float32, tensor.scalars.allSatisfy(isGood)
    else { throw .badState(path, reason: "the moments of “\(parameter)” are missing or damaged") }
    return tensor
  }
}

extension NamedTensors {
  /// Puts the momenta and moments of layers in, as ``SavedMoments`` reads them.
  mutating func putMoments(of layers: [TrainedLayer]) {
    for layer in layers {
      tensors["momentum.\(layer.filter.name)"] = layer.filter.momentum
      for parameter in layer.vectors { putMoments(of: parameter) }
    }
  }

  /// Puts the moments of a parameter in.
  mutating func putMoments(of parameter: TrainedParameter) {
    tensors["first.\(parameter.name)"] = parameter.firstMoments
    tensors["second.\(parameter.name)"] = parameter.secondMoments
  }
}
