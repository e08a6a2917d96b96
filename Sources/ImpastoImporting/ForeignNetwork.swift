import Foundation
import ImpastoFiles
import ImpastoModelFiles
public import ImpastoNetworks

/// A network that another program trained, or that was exported before.
///
/// ```swift
/// let network = try ForeignNetwork(contentsOf: "candy.onnx")
/// let styles = (1...network.styleCount).map { StyleDescription(name: "candy-\($0)") }
/// try network.model(styles: styles).write(to: "candy.safetensors")
/// ```
public struct ForeignNetwork: Sendable {
  private enum Contents {
    case traced(TracedNetwork)
    /// A file that `impasto export` wrote: everything that its checkpoint had but pictures of paintings.
    case exported(StyleModel)
  }

  private let contents: Contents
  private let path: String

  /// Reads the file at `path` and recognises its network by its structure.
  ///
  /// - Throws: ``ImportError``.
  public init(contentsOf path: String) throws(ImportError) {
    let bytes: Data
    do {
      bytes = try FileContents.read(path) { beginning in
        PyTorchFile.isRecognized(beginning) || ONNXFile.isPossible(beginning)
      }
    } catch { throw .file(.file(error)) }
    contents = try Self.contents(of: bytes, name: path)
    self.path = path
  }

  private static func contents(
    of bytes: Data, name: String
  ) throws(ImportError) -> Contents {
    if PyTorchFile.isRecognized(bytes) {
      let tensors: [String: StoredTensor]
      do { tensors = try PyTorchFile.read(bytes, name: name) } catch { throw .file(error) }
      do { return .traced(try StateNetwork.network(of: tensors)) } catch {
        throw .misfit(error, file: name)
      }
    }
    guard !Safetensors.isRecognized(bytes) else { throw .ownFile(name) }
    let model: ONNXFile.Model
    do { model = try ONNXFile.read(bytes, name: name) } catch { throw .file(error) }
    if StyleModel.isExported(model) {
      do { return .exported(try StyleModel(exported: model, path: name)) } catch {
        throw .export(error)
      }
    }
    do { return .traced(try GraphTracer.network(of: model)) } catch {
      throw .misfit(error, file: name)
    }
  }

  /// The styles that the network knows.
  public var styleCount: Int {
    switch contents {
    case .traced(let network): network.styleCount
    case .exported(let model): model.styles.count
    }
  }

  /// The descriptions of the styles; nil where the file only has their number.
  public var styles: [StyleDescription]? {
    switch contents {
    case .traced: nil
    case .exported(let model): model.styles
    }
  }

  /// The network with its styles called as `styles` says.
  ///
  /// - Throws: ``ImportError`` where the layers make no network.
  /// - Precondition: there are as many as ``styleCount``, of names that styles can have.
  public func model(styles: [StyleDescription]) throws(ImportError) -> StyleModel {
    precondition(styles.count == styleCount, "\(styles.count) names for \(styleCount) styles")
    switch contents {
    case .exported(let model): return model.describing(styles)
    case .traced(let network):
      do {
        return try network.model(
          styles: styles,
          trainingSettings: ["imported_from": path.pathParts.name.readablePath])
      } catch {
        throw .misfit(error, file: path)
      }
    }
  }
}
