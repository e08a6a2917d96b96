public import Foundation

/// The data of a picture file besides the pixels.
public struct ImageMetadata: Sendable, Equatable {
  /// Pixels per metre, across and down.
  public struct Density: Sendable, Equatable {
    /// Across.
    public var x: UInt32
    /// Down.
    public var y: UInt32

    /// Creates a density.
    public init(x: UInt32, y: UInt32) { (self.x, self.y) = (x, y) }
  }

  /// EXIF: the TIFF structure, without the “Exif” before it in JPEG files.
  public var exif: Data?
  /// XMP: the packet, in UTF-8.
  public var xmp: Data?
  /// The size at which the picture is meant to be printed.
  public var density: Density?

  /// Creates metadata.
  public init(exif: Data? = nil, xmp: Data? = nil, density: Density? = nil) {
    (self.exif, self.xmp, self.density) = (exif, xmp, density)
  }

  /// None at all.
  public static let none = ImageMetadata()

  /// The most bytes of either kind that are looked at.
  static let sizeLimit = 1 << 20

  /// The most bytes of either kind in a JPEG file, where it has one segment.
  static let exifLimit = 65_533 - 6
  static let xmpLimit = 65_533 - 29

  /// The data that stay true of a painting made from the photo: date, place, camera, author, rights.
  ///
  /// The painting is upright and in sRGB. Left out is what tells of the photo's file: thumbnails, how
  /// pixels are stored, and what only a camera's maker can read.
  ///
  /// - Parameters:
  ///   - width: Of the painting.
  ///   - height: Of the painting.
  /// - Returns: The metadata, each kind small enough for every format; and what was left out as it
  ///   is damaged or too large, to be said after the name of the photo.
  public func adapted(width: Int, height: Int) -> (metadata: ImageMetadata, leftOut: [String]) {
    var adapted = ImageMetadata(density: density)
    var leftOut: [String] = []
    if let exif {
      if exif.count > Self.sizeLimit {
        leftOut.append("EXIF data of \(exif.count) bytes, where \(Self.sizeLimit) are read")
      } else if let structure = TIFFStructure(exif) {
        let (data, tags) = structure.adapted(width: width, height: height)
          .encoded(limit: Self.exifLimit)
        adapted.exif = data
        if !tags.isEmpty {
          let names = tags.map { "tag 0x" + String($0, radix: 16, uppercase: true) }
          leftOut.append(
            "EXIF data of more than \(Self.exifLimit) bytes (\(names.joined(separator: ", ")))")
        }
      } else {
        leftOut.append("EXIF data that are damaged")
      }
    }
    if let xmp {
      if xmp.count > Self.sizeLimit {
        leftOut.append("XMP data of \(xmp.count) bytes, where \(Self.sizeLimit) are read")
      } else if let packet = XMPPacket(xmp) {
        let data = packet.adapt() > 0 ? packet.encoded : nil
        if let data, data.count > Self.xmpLimit {
          leftOut.append("XMP data of \(data.count) bytes, where \(Self.xmpLimit) fit into a file")
        } else {
          adapted.xmp = data
        }
      } else {
        leftOut.append("XMP data that are damaged")
      }
    }
    return (adapted, leftOut)
  }
}
