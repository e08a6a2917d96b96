package import Foundation
import SwiftProtobuf

extension ONNXFile {
  /// A model that was read.
  package struct Model: Sendable {
    package let graph: ONNXGraph
    /// The version of the operators that the graph is written in.
    package let operatorSet: Int
    /// Facts about the model, by name.
    package let metadata: [String: String]

    /// Creates a model of its parts.
    package init(graph: ONNXGraph, operatorSet: Int, metadata: [String: String]) {
      (self.graph, self.operatorSet, self.metadata) = (graph, operatorSet, metadata)
    }
  }

  /// The versions of the operators that are read.
  static let readableOperatorSets = 7...25

  /// Reads a model.
  ///
  /// - Throws: ``ModelFileError/file(_:)``, ``ModelFileError/onnx(_:file:)``.
  package static func read(_ path: String) throws(ModelFileError) -> Model {
    try read(try fileContents(path, where: isPossible), name: path)
  }

  /// Returns whether a model can begin with these bytes: with the number of a field, shifted by three
  /// bits, and its kind, a number or bytes.
  package static func isPossible(_ beginning: Data) -> Bool {
    beginning.first.map { $0 >> 3 != 0 && [0, 2].contains($0 & 7) } ?? false
  }

  /// Reads a model from the bytes of a file.
  ///
  /// - Parameter name: The file's name in errors.
  /// - Throws: ``ModelFileError/onnx(_:file:)``.
  package static func read(_ bytes: Data, name: String) throws(ModelFileError) -> Model {
    do { return try model(try message(bytes)) } catch { throw .onnx(error, file: name) }
  }

  private static func message(_ bytes: Data) throws(ONNXFault) -> Onnx_ModelProto {
    try ONNXParts.check(bytes)
    do {
      return try Onnx_ModelProto(serializedBytes: bytes)
    } catch BinaryDecodingError.invalidUTF8 {
      throw .invalidText
    } catch {
      throw .unknownForm
    }
  }

  private static func model(_ message: Onnx_ModelProto) throws(ONNXFault) -> Model {
    guard message.hasGraph, !message.graph.node.isEmpty else { throw .unknownForm }
    let standard = message.opsetImport.first { isStandard($0.domain) }
    guard let version = standard?.version else { throw .noOperatorSet }
    guard let version = Int(exactly: version), readableOperatorSets.contains(version) else {
      throw .unsupportedOperatorSet(Int(clamping: version))
    }
    return Model(
      graph: try ONNXGraph(message.graph), operatorSet: version,
      metadata: Dictionary(
        message.metadataProps.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
  }

  /// Returns whether `domain` is that of ONNX's own operators.
  static func isStandard(_ domain: String) -> Bool { domain.isEmpty || domain == "ai.onnx" }
}
