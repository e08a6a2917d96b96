import ImpastoFiles
public import ImpastoImaging
import ImpastoNetworks

/// The photos of a folder and of all folders below it, in an order that is the same everywhere.
public struct ImageDataset: Sendable, Equatable {
  /// The folder that holds the photos, as it was named.
  public let folder: String
  /// The photos' paths relative to ``folder``, in the order of their bytes.
  public let names: [String]
  /// The files of the folder that are no photos, without hidden ones.
  public let omissions: [ImageFolder.Omission]
  private let sizes: [Int]

  /// Lists the photos of `folder` and of all below it, as `ImageFolder` does.
  ///
  /// - Throws: ``TrainingError/noFolder(_:)``, ``TrainingError/noPhotos(folder:)``, or
  ///   ``TrainingError/file(_:)`` where the folder cannot be listed.
  public init(folder: String) throws(TrainingError) {
    let found: ImageFolder
    do throws(ImageError) {
      found = try ImageFolder(folder, isDeep: true)
    } catch {
      switch error {
      case .file(.missing), .file(.notDirectory): throw .noFolder(folder)
      default: throw .photo(error)
      }
    }
    guard !found.pictures.isEmpty else { throw .noPhotos(folder: folder) }
    self.init(
      folder: folder, names: found.pictures.map(\.name), sizes: found.pictures.map(\.byteCount),
      omissions: found.omissions)
  }

  private init(
    folder: String, names: [String], sizes: [Int], omissions: [ImageFolder.Omission]
  ) {
    self.folder = folder
    self.names = names
    self.sizes = sizes
    self.omissions = omissions
  }

  /// The number of photos.
  public var count: Int { names.count }

  /// The path of the photo at `index`.
  public func path(at index: Int) -> String { folder.appendingPath(names[index]) }

  /// The name of the photo at `index` as text.
  package func title(at index: Int) -> String { names[index].readablePath }

  /// Reads the photo at `index`.
  ///
  /// - Parameters:
  ///   - minimum: The minimum height and width of a useful photo.
  ///   - onWarning: Called with each warning, as in ``ImageReader/warnings``.
  /// - Throws: ``TrainingError/photo(_:)``,
  ///   ``TrainingError/pictureTooSmall(_:width:height:minimum:)``.
  package func photo(
    at index: Int, minimum: Int = TransformArchitecture.minimumExtent,
    onWarning: (String) -> Void
  ) throws(TrainingError) -> Image {
    let photo: Image
    do throws(ImageError) {
      photo = try Image(contentsOf: path(at: index), onWarning: onWarning)
    } catch {
      throw .photo(error)
    }
    try photo.check(path(at: index), minimum: minimum)
    return photo
  }

  /// A SHA-256 of the photos' names and sizes in bytes: equal for runs that train on the same
  /// photos.
  public var fingerprint: String {
    var digest = SHA256Digest()
    for (name, size) in zip(names, sizes) {
      digest.update(Array("\(size) ".utf8) + name.pathBytes + Array("\n".utf8))
    }
    return digest.hexadecimal()
  }

  /// Divides the photos in two: those to train on, and `count` evenly spaced ones to look at.
  ///
  /// - Precondition: `0 < count && count < self.count`.
  public func holdingOut(_ count: Int) -> (training: ImageDataset, validation: ImageDataset) {
    precondition(count > 0 && count < self.count, "\(count) held out of \(self.count) photos")
    let heldOut = evenlySpaced(count)
    let training = Set(names.indices).subtracting(heldOut).sorted()
    return (selecting(training), selecting(heldOut))
  }

  /// `count` photos spread evenly over all.
  ///
  /// - Precondition: `0 < count && count <= self.count`.
  public func thinned(to count: Int) -> ImageDataset { selecting(evenlySpaced(count)) }

  /// The indices of `count` photos spread evenly over all, in ascending order.
  public func evenlySpaced(_ count: Int) -> [Int] {
    precondition(count > 0 && count <= self.count, "\(count) of \(self.count) photos")
    return (0..<count).map { ($0 * 2 + 1) * self.count / (count * 2) }
  }

  private func selecting(_ indices: [Int]) -> ImageDataset {
    ImageDataset(
      folder: folder, names: indices.map { names[$0] }, sizes: indices.map { sizes[$0] },
      omissions: omissions)
  }
}
