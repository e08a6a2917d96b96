import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing

/// The models of the service: checkpoints that are read once and kept.
package actor ModelLibrary {
  /// A model, ready to paint.
  struct Model: Sendable {
    let name: String
    /// The checkpoint.
    let path: String
    let stylizer: Stylizer
  }

  private struct Entry {
    let name: String
    let path: String
    var status: FileStatus
    var model: Model
  }

  private var entries: [Entry]
  private let compute: ComputeSettings

  /// Reads checkpoints, of which the first is used where requests name none.
  ///
  /// - Throws: `StyleModelError` of a file that is no checkpoint;
  ///   ``ServiceError/equalModels(_:name:)``; `SessionError.noBFloat16`.
  init(_ files: [String], compute: ComputeSettings = ComputeSettings()) throws {
    self.compute = compute
    entries = try files.map { try Self.entry($0, compute) }
    for (name, equal) in Dictionary(grouping: entries, by: \.name) where equal.count > 1 {
      throw ServiceError.equalModels(equal.map(\.path), name: name)
    }
  }

  private static func entry(_ path: String, _ compute: ComputeSettings) throws -> Entry {
    let model = try StyleModel(contentsOf: path)
    let (backend, scalarType) = try compute.engine()
    let name = (path.pathParts.name.readablePath as NSString).deletingPathExtension
    return Entry(
      name: name, path: path, status: try FileStatus(path),
      model: Model(
        name: name, path: path,
        stylizer: Stylizer(model: model, backend: backend, scalarType: scalarType)))
  }

  /// The names of the models, the first of which is used where requests name none.
  var names: [String] { entries.map(\.name) }

  /// All models.
  ///
  /// - Throws: As for one of them.
  func models() throws -> [Model] { try names.map { try model($0) } }

  /// The model called `name`, or the first; read again where its file has changed.
  ///
  /// - Throws: ``ServiceError/unknownModel(_:known:)``, or the error of a checkpoint that has gone
  ///   or is damaged.
  func model(_ name: String?) throws -> Model {
    guard let index = entries.firstIndex(where: { name == nil || $0.name == name }) else {
      throw ServiceError.unknownModel(name ?? "", known: names)
    }
    let entry = entries[index]
    let status = try FileStatus(entry.path)
    if status != entry.status { entries[index] = try Self.entry(entry.path, compute) }
    return entries[index].model
  }
}
