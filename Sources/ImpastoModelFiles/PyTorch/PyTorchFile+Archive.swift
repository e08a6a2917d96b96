import Foundation

/// The form since PyTorch 1.6: a zip archive with a pickle and one member per storage.
extension PyTorchFile {
  /// Reads a state dict from an archive.
  static func readArchive(
    _ archive: ZipReader, name: String
  ) throws(ModelFileError) -> [String: StoredTensor] {
    let pickles = archive.memberNames.filter { $0.split(separator: "/").last == "data.pkl" }
    guard let pickle = pickles.first, pickles.count == 1 else {
      throw .pyTorch(.noPickle, file: name)
    }
    let folder = pickle.dropLast("data.pkl".count)
    if archive.contains("\(folder)byteorder"),
      try archive.contents(of: "\(folder)byteorder") != Data("little".utf8)
    {
      throw .pyTorch(.bigEndian, file: name)
    }
    var reader = PickleReader(try archive.contents(of: pickle))
    let state: StateDictionary
    do { state = try StateDictionary(try reader.next(), reader.objects) } catch {
      throw .pyTorch(error, file: name)
    }
    var storages: [String: Data] = [:]
    for key in state.storageKeys {
      let member = "\(folder)data/\(key)"
      guard archive.contains(member) else {
        throw .pyTorch(.missingStorage(key), file: name)
      }
      storages[key] = try archive.contents(of: member)
    }
    do { return try state.tensors(storages) } catch {
      throw .pyTorch(error, file: name)
    }
  }
}
