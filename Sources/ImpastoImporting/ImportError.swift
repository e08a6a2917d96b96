public import Foundation
public import ImpastoModelFiles
public import ImpastoNetworks

/// The reasons another program's network cannot be imported.
public enum ImportError: Error, Equatable, Sendable {
  /// The file cannot be read.
  case file(ModelFileError)
  /// The file is one of this program's own, which needs no import.
  case ownFile(String)
  /// The file is an export of this program that cannot be taken back.
  case export(StyleModelError)
  /// The file holds no network of a kind that can be imported.
  case misfit(ImportFault, file: String)
}

extension ImportError: LocalizedError, CustomStringConvertible {
  /// The file, what is wrong with it and what to do.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .ownFile(let path):
      "\(path): a safetensors file, which needs no import if it is a checkpoint; name it with --model"
    case .export(let error): error.description
    case .misfit(let fault, let file):
      "\(file): no network that can be imported: \(fault). \(Self.families)"
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }

  /// The files that can be imported, in words.
  static let families =
    "These can: weights of pytorch/examples' fast_neural_style (.pth); ONNX models of convolutions with "
    + "instance normalization in one chain, as that example, the ONNX model zoo and multi-style "
    + "networks with an input of style weights export them; and what `impasto export` writes"
}
