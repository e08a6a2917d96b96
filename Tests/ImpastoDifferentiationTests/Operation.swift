import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors
import TestSupport

/// A differentiable operation and its settings, as the tables of cases name them.
enum Operation: Hashable, Sendable {
  case convolution(step: ConvolutionStep, rectified: Bool = false)
  case padding(Frame)
  case doubledConvolution(Doubling, border: Frame.Border = .repeated)
  case blurredConvolution(Frame)
  case rearranging(Int)
  case bias(Activation, frame: Frame = Frame())
  case mapping(factor: Float)
  case repeating(Int)
  case normalization(Activation, frame: Frame = Frame(), residualPadding: Int = 0)
  case maxPooling
  case averagePooling
  case preprocessing
  case gramMatrix
  case cropping(images: Range<Int>, rows: Range<Int>, columns: Range<Int>)
  case squaredError
  case squaredDifference
  case sum
  case relativeSquaredError
  case totalVariation
  case columns(Range<Int>)
  case weightedSum(weights: [Float])

  /// Applies the operation to operands by name; those named in `parameters` get gradients.
  func apply(
    to operands: [String: Tensor], parameters: Set<String>, on tape: Tape
  ) throws -> Application {
    var gradients: [String: () -> Tensor?] = [:]
    func tensor(_ name: String) throws -> Tensor {
      guard let tensor = operands[name] else { throw MissingReference(name: name) }
      return tensor
    }
    func variable(_ name: String) throws -> Variable {
      guard parameters.contains(name) else { return tape.constant(try tensor(name)) }
      let variable = tape.parameter(try tensor(name))
      gradients[name] = { variable.gradient }
      return variable
    }

    func filter() throws -> FilterVariable {
      let filter = FilterVariable(
        ConvolutionFilter(try tensor("filter")), isTrainable: parameters.contains("filter"),
        on: tape)
      gradients["filter"] = { filter.gradient }
      return filter
    }

    let output: Variable
    switch self {
    case .convolution(let step, let rectified):
      output = try variable("input").convolved(
        with: filter(), bias: operands["bias"], rectified: rectified, step: step)
    case .padding(let frame):
      output = try variable("input").padded(frame)
    case .doubledConvolution(let doubling, let border):
      output = try variable("input").padded(Frame(padding: 1, border: border))
        .doubledAndConvolved(with: filter(), doubling)
    case .blurredConvolution(let frame):
      output = try variable("input").padded(frame).blurredAndConvolved(with: filter(), stride: 2)
    case .rearranging(let factor):
      output = try variable("input").rearranged(by: factor)
    case .bias(let activation, let frame):
      let input = try variable("input")
      let bias = operands["bias"] == nil ? nil : try variable("bias").repeated(input.shape.batch)
      let residual =
        operands["residual"] == nil ? nil : Residual(try variable("residual"), padding: 0)
      output = input.biased(by: bias, activation: activation, residual: residual, frame: frame)
    case .mapping(let factor):
      let input = try variable("input")
      let numbers = (1...input.shape.batch * input.shape.channels).map(Float.init)
      output = input.mapped(
        by: ChannelAffine(scale: numbers.map { factor * $0 }, shift: numbers))
    case .repeating(let count):
      output = try variable("input").repeated(count)
    case .normalization(let activation, let frame, let residualPadding):
      var residual: Residual?
      if operands["residual"] != nil {
        let value = try variable("residual")
        residual = Residual(
          residualPadding == 0 ? value : value.padded(Frame(padding: residualPadding)),
          padding: residualPadding)
      }
      output = try variable("input").instanceNormalized(
        scale: variable("gamma"), shift: variable("beta"), activation: activation,
        residual: residual, frame: frame)
    case .maxPooling:
      output = try variable("input").maxPooled()
    case .averagePooling:
      output = try variable("input").averagePooled()
    case .preprocessing:
      let affine = ChannelAffine(
        scale: [255, 255, 255], shift: [-103.939, -116.779, -123.68])
      let input = try variable("input")
      output = input.channelsReversed(affine, outputType: input.value.scalarType)
    case .gramMatrix:
      output = try variable("input").gramMatrix()
    case .squaredError:
      let target = try tensor("target")
      output = try variable("input").squaredError(
        to: target, factors: (1...target.shape[0]).map(Float.init))
    case .squaredDifference:
      let other = try variable("target")
      output = try variable("input").squaredError(
        to: other, factors: (1...other.shape[0]).map(Float.init))
    case .cropping(let images, let rows, let columns):
      output = try variable("input").cropped(
        to: CropWindow(images: images, rows: rows, columns: columns))
    case .sum:
      output = try variable("input").summed()
    case .relativeSquaredError:
      let target = try tensor("target")
      let energies = tape.backend.kernels.squaredDifference(target)
      output = try variable("input").squaredError(
        to: target, factors: energies.map { Float(1 / $0) })
    case .totalVariation:
      output = try variable("input").totalVariation()
    case .columns(let range):
      output = try variable("input").columns(range)
    case .weightedSum(let weights):
      output = Variable.weightedSum(
        [(try variable("input"), weights: weights), (try variable("target"), weights: weights)],
        on: tape)
    }
    return Application(output: output, gradients: gradients)
  }
}

/// The result of an operation, and where its parameters' gradients will be found.
struct Application {
  let output: Variable
  let gradients: [String: () -> Tensor?]
}

/// The backends that every case runs on.
let backends: [any ComputeBackend] = [OneDNNBackend(), OpenBLASBackend()]
