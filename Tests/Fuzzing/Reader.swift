import Foundation
import ImpastoImaging
import ImpastoImporting
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTraining

/// What reads files that anybody may have made.
///
/// A finding is a crash, a hang, memory beyond libFuzzer's limit, or a picture that differs when it is
/// read again; to refuse a file is no finding.
enum Reader: String, CaseIterable {
  case png, jpeg, webp, heif, tiff, icc, exif, xmp
  case safetensors, model, style, pickle, pytorch, zip, onnx, network, json

  /// Reads bytes as far as they can be read.
  func read(_ bytes: Data) {
    switch self {
    case .png, .jpeg, .webp, .heif, .tiff: readPicture(bytes)
    case .icc: readPicture(Wrapping.tiff(profile: bytes))
    case .exif:
      readPicture(Wrapping.png(exif: bytes))
      _ = ImageMetadata(exif: bytes).adapted(width: 9, height: 7)
    case .xmp: _ = ImageMetadata(xmp: bytes).adapted(width: 9, height: 7)
    case .safetensors: _ = try? Safetensors.read(bytes, name: "a")
    case .model: readModel(bytes)
    case .style: withFile(bytes) { _ = try? StyleFile(contentsOf: $0) }
    case .pickle: _ = try? PyTorchFile.read(bytes, name: "a")
    case .pytorch: _ = try? PyTorchFile.read(Wrapping.archive(pickle: bytes), name: "a")
    case .zip: readArchive(bytes)
    case .onnx: _ = try? ONNXFile.read(bytes, name: "a")
    case .network: readNetwork(bytes)
    case .json: readManifests(bytes)
    }
  }

  /// Reads some rows of a small picture, and then all of them again; the start of any picture; over
  /// white or with its opacity.
  private func readPicture(_ bytes: Data) {
    let keepingAlpha = bytes.count.isMultiple(of: 2)
    guard let reader = try? ImageReader(encoded: bytes, name: "a", keepingAlpha: keepingAlpha),
      reader.width * reader.height <= 64 * 64, let photo = try? PhotoReader(reader)
    else { return }
    let first = rows(1 + bytes.count % photo.height, of: photo)
    photo.rewind()
    let all = rows(photo.height, of: photo)
    guard let all else { return }
    precondition(first.map(all.starts(with:)) ?? false, "a picture differs when it is read again")
  }

  /// The next rows of a picture; nil where they cannot be read.
  private func rows(_ count: Int, of photo: PhotoReader) -> [UInt8]? {
    var rows = [UInt8](repeating: 0, count: count * photo.width * 3)
    do { try rows.withUnsafeMutableBufferPointer { try photo.read(into: $0) } } catch { return nil }
    return rows
  }

  /// Imports a network, with names for its styles.
  private func readNetwork(_ bytes: Data) {
    withFile(bytes) { path in
      guard let network = try? ForeignNetwork(contentsOf: path) else { return }
      let styles = (0..<network.styleCount).map { StyleDescription(name: "style-\($0)") }
      _ = try? network.model(styles: network.styles ?? styles)
    }
  }

  private func readModel(_ bytes: Data) {
    guard let file = try? Safetensors.read(bytes, name: "a") else { return }
    _ = try? StyleModel(file, path: "a")
  }

  private func readArchive(_ bytes: Data) {
    guard let archive = try? ZipReader(bytes, name: "a") else { return }
    for name in archive.memberNames { _ = try? archive.contents(of: name) }
  }

  /// The parts of `styles.json`, `run.json` and `losses.jsonl`, and networks that a file describes.
  private func readManifests(_ bytes: Data) {
    let decoder = JSONDecoder()
    _ = try? decoder.decode([String: [StyleDescription]].self, from: bytes)
    _ = try? TransformArchitecture(json: bytes)
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    if let settings = try? decoder.decode(TrainingSettings.self, from: bytes) {
      _ = try? settings.check()
    }
    withFile(bytes) { _ = try? TrainingLog.records(at: $0) }
  }

  /// Calls `body` with the path of a file in memory.
  private func withFile(_ bytes: Data, _ body: (String) -> Void) {
    let path = "/dev/shm/impasto-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    guard FileManager.default.createFile(atPath: path, contents: bytes) else { return }
    body(path)
    try? FileManager.default.removeItem(atPath: path)
  }
}
