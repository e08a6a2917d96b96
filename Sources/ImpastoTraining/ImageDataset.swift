import Foundation
import ImpastoFiles
import ImpastoImaging

/// The photos of a folder and of all folders below it, in an order that is the same everywhere.
public struct ImageDataset: Sendable, Equatable {
  /// The folder that holds the photos, as it was named.
  public let folder: String
  /// The photos' paths relative to ``folder``, sorted.
  public let names: [String]
  private let sizes: [UInt64]

  /// Lists the photos of `folder`: every `.png`, `.jpg` or `.jpeg`, hidden ones left out.
  ///
  /// - Throws: ``TrainingError/noFolder(_:)`` or ``TrainingError/noPhotos(folder:)``.
  public init(folder: String) throws(TrainingError) {
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue,
      let paths = FileManager.default.enumerator(atPath: root)
    else { throw .noFolder(folder) }
    var photos: [(name: String, size: UInt64)] = []
    while let name = paths.nextObject() as? String {
      guard Self.isPhoto(name), let size = Self.fileSize("\(root)/\(name)") else { continue }
      photos.append((name, size))
    }
    guard !photos.isEmpty else { throw .noPhotos(folder: folder) }
    photos.sort { $0.name < $1.name }
    self.init(folder: folder, names: photos.map(\.name), sizes: photos.map(\.size))
  }

  private init(folder: String, names: [String], sizes: [UInt64]) {
    self.folder = folder
    self.names = names
    self.sizes = sizes
  }

  /// The number of photos.
  public var count: Int { names.count }

  /// The path of the photo at `index`.
  public func path(at index: Int) -> String {
    (folder as NSString).appendingPathComponent(names[index])
  }

  /// A SHA-256 of the photos' names and sizes in bytes, which tells whether two runs see the same.
  public var fingerprint: String {
    let listing = zip(names, sizes).map { "\($1) \($0)\n" }.joined()
    return SHA256Digest.hexadecimal(of: Data(listing.utf8))
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

  /// The places of `count` photos spread evenly over all, rising.
  public func evenlySpaced(_ count: Int) -> [Int] {
    precondition(count > 0 && count <= self.count, "\(count) of \(self.count) photos")
    return (0..<count).map { ($0 * 2 + 1) * self.count / (count * 2) }
  }

  private func selecting(_ indices: [Int]) -> ImageDataset {
    ImageDataset(folder: folder, names: indices.map { names[$0] }, sizes: indices.map { sizes[$0] })
  }

  private static func isPhoto(_ name: String) -> Bool {
    let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
    return !isHidden && (try? ImageFormat(pathExtension: name)) != nil
  }

  /// The size of the regular file at `path`, or at the end of the link that is there.
  private static func fileSize(_ path: String) -> UInt64? {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: target),
      attributes[.type] as? FileAttributeType == .typeRegular
    else { return nil }
    return (attributes[.size] as? NSNumber)?.uint64Value
  }
}
