public import Foundation
public import ImpastoFiles

/// The reasons a file of named tensors cannot be read or written.
public enum ModelFileError: Error, Equatable, Sendable {
  /// The file cannot be read or written at all.
  case file(FileError)
  /// The file breaks the safetensors format, or holds what is not read from it.
  case safetensors(SafetensorsFault, file: String)
  /// The file breaks the zip format, or uses a part of it that is not read.
  case zip(ZipFault, file: String)
  /// The file is not PyTorch weights, breaks their format, or asks for more than tensors.
  case pyTorch(PyTorchFault, file: String)
  /// The file is no ONNX model, breaks the format, or uses a part of it that is not read.
  case onnx(ONNXFault, file: String)
  /// The numbers of a computation take more bytes than an ONNX file can hold.
  case onnxTooLarge(byteCount: Int, file: String)
}

extension ModelFileError: LocalizedError, CustomStringConvertible {
  /// The file, what is wrong with it and what to do.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .safetensors(let fault, let file): "\(file): \(fault)"
    case .zip(let fault, let file): "\(file): \(fault)"
    case .pyTorch(let fault, let file): "\(file): \(fault)"
    case .onnx(let fault, let file): "\(file): \(fault)"
    case .onnxTooLarge(let byteCount, let file):
      "\(file): \(byteCount) bytes of numbers are more than the 2 GB that an ONNX file can hold; "
        + "export a smaller network"
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}

/// The remedy for a file whose bytes are not those that its writer wrote.
let damaged = "the file is damaged or incomplete; copy or download it again"

/// Reads the whole file at `path`, its failures in this module's words.
///
/// - Parameter isWanted: As in `FileContents.read(_:atMost:where:)`.
func fileContents(
  _ path: String, where isWanted: (_ beginning: Data) -> Bool = { _ in true }
) throws(ModelFileError) -> Data {
  do { return try FileContents.read(path, where: isWanted) } catch { throw .file(error) }
}
