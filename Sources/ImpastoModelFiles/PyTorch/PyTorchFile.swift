public import Foundation

/// The files that PyTorch's `torch.save` writes, read without Python.
///
/// ```swift
/// for (name, tensor) in try PyTorchFile.read("weights.pth") { print(name, tensor.shape) }
/// ```
///
/// Such a file is a program that can do anything when PyTorch loads it. Here only the operations that
/// describe tensors are followed, and everything else is refused.
public enum PyTorchFile {
  /// Reads the tensors of a state dict.
  ///
  /// Both forms of file are read: the stream of PyTorch before 1.6 and the zip archive since. A
  /// state dict is a dictionary of tensors, as it is or under the key `state_dict` or `model`.
  /// Tensors of dictionaries in dictionaries get the keys joined by dots; other values are passed
  /// over. What was trained on several processors has `module.` before every name, which is left
  /// out.
  ///
  /// - Throws: ``ModelFileError``, but no ``ModelFileError/safetensors(_:file:)``.
  public static func read(_ path: String) throws(ModelFileError) -> [String: StoredTensor] {
    try read(try fileContents(path, where: isRecognized), name: path)
  }

  /// Reads the tensors of a state dict from a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: The file's name in errors.
  /// - Throws: ``ModelFileError/pyTorch(_:file:)`` or ``ModelFileError/zip(_:file:)``.
  public static func read(
    _ bytes: Data, name: String
  ) throws(ModelFileError) -> [String: StoredTensor] {
    if bytes.starts(with: zipMark) {
      return try readArchive(try ZipReader(bytes, name: name), name: name)
    }
    guard !isTar(bytes) else { throw .pyTorch(.tarArchive, file: name) }
    do { return try readStream(bytes) } catch {
      throw .pyTorch(error, file: name)
    }
  }

  /// Returns whether `bytes` begin as one of these files does, of whatever version.
  package static func isRecognized(_ bytes: Data) -> Bool {
    bytes.starts(with: zipMark) || bytes.first == PickleOperation.proto.rawValue || isTar(bytes)
  }

  private static let zipMark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// Returns whether `bytes` begin with the header of a tar archive.
  private static func isTar(_ bytes: Data) -> Bool {
    bytes.dropFirst(257).starts(with: Data("ustar".utf8))
  }
}
