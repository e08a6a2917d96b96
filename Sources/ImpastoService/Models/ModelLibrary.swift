import Foundation
import ImpastoFiles
import ImpastoNetworks
package import ImpastoSessions
import ImpastoStylizing

/// The models of the service: checkpoints that are read once and kept, with the styles that clients
/// add to them.
///
/// An added style is a style file in the data folder. A checkpoint of the network with all of them is
/// kept beside it, so that what paints at once and what jobs paint with are the same file.
package actor ModelLibrary {
  /// A model, ready to paint.
  struct Model: Sendable {
    let name: String
    /// The checkpoint.
    let path: String
    /// The names of the styles that clients have added.
    let added: Set<String>
    let stylizer: Stylizer

    /// The network and its styles.
    var styles: StyleModel { stylizer.model }
  }

  private struct Entry {
    let name: String
    /// The checkpoint that was named, and how it was when it was read.
    let path: String
    var status: FileStatus
    var model: Model
  }

  private var entries: [Entry] = []
  private let folder: String
  private let compute: ComputeSettings

  /// Reads checkpoints, of which the first is used where requests name none.
  ///
  /// - Parameter folder: The folder of what the service keeps.
  /// - Throws: `StyleModelError` of a file that is no checkpoint;
  ///   ``ServiceError/equalModels(_:name:)``; `SessionError.noBFloat16`.
  package init(
    _ files: [String], folder: String, compute: ComputeSettings = ComputeSettings()
  ) throws {
    (self.folder, self.compute) = (folder, compute)
    let named = files.map { path in
      (name: (path.pathParts.name.readablePath as NSString).deletingPathExtension, path: path)
    }
    for (name, equal) in Dictionary(grouping: named, by: \.name) where equal.count > 1 {
      throw ServiceError.equalModels(equal.map(\.path), name: name)
    }
    entries = try named.map {
      try Self.entry($0.name, $0.path, folder: folder, compute: compute)
    }
  }

  // MARK: Models

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
    let index = try index(of: name)
    if try FileStatus(entries[index].path) != entries[index].status { try reload(index) }
    return entries[index].model
  }

  private func index(of name: String?) throws(ServiceError) -> Int {
    guard let index = entries.firstIndex(where: { name == nil || $0.name == name }) else {
      throw .unknownModel(name ?? "", known: names)
    }
    return index
  }

  private func reload(_ index: Int) throws {
    let (name, path) = (entries[index].name, entries[index].path)
    entries[index] = try Self.entry(name, path, folder: folder, compute: compute)
  }

  private static func entry(
    _ name: String, _ path: String, folder: String, compute: ComputeSettings
  ) throws -> Entry {
    let status = try FileStatus(path)
    let original = try StyleModel(contentsOf: path)
    var (model, current) = (original, path)
    let styles = stylesFolder(name, in: folder)
    for file in (try? Directory.names(in: styles)) ?? [] {
      // A style of another network stays for the day when that is back.
      if let with = try? model.importingStyle(from: styles.appendingPath(file)) { model = with }
    }
    let added = Set(model.styles.map(\.name)).subtracting(original.styles.map(\.name))
    if !added.isEmpty {
      try Directory.make(folder.appendingPath("models"))
      current = "\(folder)/models/\(name).safetensors"
      try model.write(to: current)
    }
    let (backend, scalarType) = try compute.engine()
    return Entry(
      name: name, path: path, status: status,
      model: Model(
        name: name, path: current, added: added,
        stylizer: Stylizer(model: model, backend: backend, scalarType: scalarType)))
  }

  // MARK: Added styles

  /// Keeps a style that was learned.
  ///
  /// - Parameters:
  ///   - checkpoint: A checkpoint of the model's network that has the style.
  ///   - name: The name of the style.
  ///   - model: The name of the model; nil for the first.
  /// - Returns: The path of the style's own file.
  func addStyle(
    from checkpoint: String, named name: String, to model: String?
  ) throws -> String {
    let index = try index(of: model)
    let styles = Self.stylesFolder(entries[index].name, in: folder)
    try Directory.make(styles)
    let file = Self.styleFile(name, in: styles)
    try StyleModel(contentsOf: checkpoint).exportStyle(named: name, to: file)
    try reload(index)
    return file
  }

  /// Removes a style that was added.
  ///
  /// - Throws: ``ServiceError/notAdded(style:)`` for one of the checkpoint's own.
  func removeStyle(named name: String, from model: String?) throws {
    let index = try index(of: model)
    guard entries[index].model.added.contains(name) else {
      throw ServiceError.notAdded(style: name)
    }
    Self.styleFile(name, in: Self.stylesFolder(entries[index].name, in: folder))
      .withSystemPath { _ = unlink($0) }
    try reload(index)
  }

  private static func stylesFolder(_ model: String, in folder: String) -> String {
    "\(folder)/styles/\(model)"
  }

  private static func styleFile(_ name: String, in folder: String) -> String {
    folder.appendingPath(name + StyleFile.nameSuffix)
  }
}
