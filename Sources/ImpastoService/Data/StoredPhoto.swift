package import Foundation

/// A photo, mask or film that was sent to the service.
package struct StoredPhoto: Codable, Equatable, Identifiable, Sendable {
  /// The kinds of files.
  package enum Kind: String, Codable, Sendable {
    case photo, film
  }

  package let id: Identifier
  /// A mask is a photo, too.
  package let kind: Kind
  /// The size of the upright picture in pixels.
  package let width, height: Int
  package let bytes: Int
  /// The media type, such as `image/jpeg`.
  package let type: String
  /// The name of the file for the client, without folders.
  package let name: String
  package let added: Date
  /// The time at which it is removed, unless it is used before.
  package var expires: Date
}
