package import Foundation

/// The safetensors format: a length, a JSON header, and the scalars of all tensors end to end.
///
/// ```swift
/// let row = Tensor([1, 2, 3], shape: [3])
/// try Safetensors.write(
///   NamedTensors(tensors: ["gamma": row], metadata: ["style": "great-wave"]),
///   to: "row.safetensors")
/// let file = try Safetensors.read("row.safetensors")
/// print(file.metadata["style"] ?? "", file.tensors["gamma"]?.scalars ?? [])
/// ```
///
/// Source: the format of the Python package `safetensors`, which opens what is written here.
public enum Safetensors {
  /// The most bytes that a header may take.
  static let headerLimit = 100_000_000

  /// The bytes before the header, which hold its length.
  static let prefixLength = MemoryLayout<UInt64>.size

  /// The one name that no tensor can have.
  static let metadataKey = "__metadata__"

  /// Returns whether `bytes` begin as a file of this format does.
  package static func isRecognized(_ bytes: Data) -> Bool {
    bytes.dropFirst(prefixLength).first == UInt8(ascii: "{")
  }
}
