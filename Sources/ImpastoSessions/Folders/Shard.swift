/// A share of the photos of a folder or list, of which other processes paint the others.
package struct Shard: Equatable, Sendable {
  /// The number of this share, from 1.
  package let number: Int
  /// The number of shares.
  package let count: Int

  /// All photos.
  package static let all = Shard(number: 1, count: 1)

  /// Creates a share.
  ///
  /// - Precondition: `number` is from 1 to `count`.
  package init(number: Int, count: Int) {
    precondition((1...count).contains(number), "share \(number) of \(count)")
    (self.number, self.count) = (number, count)
  }

  /// A folder, or this share of its pictures, as errors name it.
  func name(in folder: String) -> String {
    self == .all ? folder : "\(folder), shard \(number)/\(count)"
  }

  /// Returns whether the photo at `index`, counted from 0, is among those of this share.
  package func contains(_ index: Int) -> Bool { index % count == number - 1 }
}
