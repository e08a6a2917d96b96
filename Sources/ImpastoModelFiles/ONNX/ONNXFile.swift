import Foundation
import ImpastoFiles
import SwiftProtobuf

/// Files that hold a computation: ONNX models, which many programs can run.
package enum ONNXFile {
  /// The version of the operators that graphs are written in.
  package static let operatorSet = 18

  /// The version of the file format that came with these operators.
  private static let formatVersion: Int64 = 8

  /// Writes a model, whole or not at all; the same contents give the same bytes.
  ///
  /// - Parameters:
  ///   - meaning: What the model does, in words.
  ///   - metadata: Facts about the model, by name.
  /// - Throws: ``ModelFileError/file(_:)`` where the disk refuses, and what was at `path` is still
  ///   there; ``ModelFileError/onnxTooLarge(byteCount:file:)``.
  package static func write(
    _ graph: ONNXGraph, meaning: String, metadata: [String: String], to path: String
  ) throws(ModelFileError) {
    let model = Onnx_ModelProto.with {
      $0.irVersion = formatVersion
      $0.opsetImport = [
        .with {
          $0.domain = ""
          $0.version = Int64(operatorSet)
        }
      ]
      $0.producerName = "impasto"
      $0.docString = meaning
      $0.graph = Onnx_GraphProto(graph)
      $0.metadataProps = metadata.sorted { $0.key < $1.key }.map { key, value in
        .with {
          $0.key = key
          $0.value = value
        }
      }
    }
    let bytes: Data
    do { bytes = try model.serializedData() } catch {
      // No field is required, which leaves the limit on messages.
      throw .onnxTooLarge(
        byteCount: graph.constants.reduce(0) { $0 + $1.numbers.byteCount }, file: path)
    }
    do { try AtomicFile.write(bytes, to: path) } catch { throw .file(error) }
  }
}
