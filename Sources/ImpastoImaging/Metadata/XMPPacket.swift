import CXML
import Foundation

/// The notes of programs about a picture: properties in RDF, as XML.
///
/// Source: ISO 16684-1 (XMP, part 1), section 7; Adobe XMP Specification, part 3.
final class XMPPacket {
  private let document: xmlDocPtr
  private let root: xmlNodePtr

  /// Reads a packet; `nil` where the data are none.
  ///
  /// XMP has no document type, and so no entities to expand.
  init?(_ data: Data) {
    guard data.range(of: Data("<!DOCTYPE".utf8)) == nil else { return nil }
    let document = Array(data).withUnsafeBytes { bytes in
      xmlReadMemory(
        bytes.baseAddress, Int32(bytes.count), nil, "UTF-8",
        Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue))
    }
    guard let document else { return nil }
    guard let root = xmlDocGetRootElement(document) else {
      xmlFreeDoc(document)
      return nil
    }
    (self.document, self.root) = (document, root)
  }

  deinit { xmlFreeDoc(document) }

  /// Leaves only what stays true of a painting made from the photo, which is upright.
  ///
  /// Kept are properties about the scene, the photographer and the camera. Those of other
  /// vocabularies mostly tell of the file: how it was made, and what else it holds.
  ///
  /// - Returns: How many properties there are.
  func adapt() -> Int {
    var count = 0
    for description in descriptions {
      var attribute = description.pointee.properties
      while let property = attribute {
        attribute = property.pointee.next
        let (vocabulary, name) = (property.pointee.ns.uri, string(property.pointee.name))
        guard vocabulary != Self.rdf else { continue }
        guard Self.isKept(name, of: vocabulary) else {
          xmlRemoveProp(property)
          continue
        }
        count += 1
        if Self.isOrientation(name, of: vocabulary) {
          xmlSetNsProp(description, property.pointee.ns, property.pointee.name, "1")
        }
      }
      for property in Self.elements(in: description) {
        let (vocabulary, name) = (property.pointee.ns.uri, string(property.pointee.name))
        guard Self.isKept(name, of: vocabulary) else {
          xmlUnlinkNode(property)
          xmlFreeNode(property)
          continue
        }
        count += 1
        if Self.isOrientation(name, of: vocabulary) { xmlNodeSetContent(property, "1") }
      }
    }
    return count
  }

  /// The packet as a file holds it.
  var encoded: Data {
    let buffer = xmlBufferCreate()
    defer { xmlBufferFree(buffer) }
    xmlNodeDump(buffer, document, root, 0, 0)
    return Data(
      """
      <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
      \(string(xmlBufferContent(buffer)))
      <?xpacket end="r"?>
      """.utf8)
  }

  /// The elements whose attributes and children are properties of the picture.
  private var descriptions: [xmlNodePtr] {
    let trees =
      Self.isRDF(root, "RDF") ? [root] : Self.elements(in: root).filter { Self.isRDF($0, "RDF") }
    return trees.flatMap { Self.elements(in: $0).filter { Self.isRDF($0, "Description") } }
  }

  private static func isRDF(_ node: xmlNodePtr, _ name: String) -> Bool {
    node.pointee.ns.uri == rdf && string(node.pointee.name) == name
  }

  private static func elements(in parent: xmlNodePtr) -> [xmlNodePtr] {
    sequence(first: parent.pointee.children) { $0?.pointee.next }
      .prefix { $0 != nil }.compactMap(\.self)
      .filter { $0.pointee.type == XML_ELEMENT_NODE }
  }

  private static func isOrientation(_ name: String, of vocabulary: String) -> Bool {
    vocabulary == tiff && name == "Orientation"
  }

  private static func isKept(_ name: String, of vocabulary: String) -> Bool {
    guard let others = vocabularies[vocabulary] else { return false }
    return !others.contains(name)
  }

  private static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  private static let tiff = "http://ns.adobe.com/tiff/1.0/"

  /// The vocabularies that are kept, each with the names that are not.
  private static let vocabularies: [String: Set<String>] = [
    "http://purl.org/dc/elements/1.1/": ["format"],
    "http://ns.adobe.com/xap/1.0/": ["Thumbnails"],
    "http://ns.adobe.com/xap/1.0/rights/": [],
    "http://ns.adobe.com/photoshop/1.0/": ["ColorMode", "ICCProfile", "SidecarForExtension"],
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": [],
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": [],
    "http://ns.useplus.org/ldf/xmp/1.0/": [],
    "http://creativecommons.org/ns#": [],
    "http://ns.adobe.com/lightroom/1.0/": [],
    "http://www.digikam.org/ns/1.0/": [],
    "http://ns.microsoft.com/photo/1.0/": [],
    tiff: [
      "ImageWidth", "ImageLength", "BitsPerSample", "Compression", "PhotometricInterpretation",
      "SamplesPerPixel", "PlanarConfiguration", "YCbCrSubSampling", "YCbCrPositioning",
      "TransferFunction", "WhitePoint", "PrimaryChromaticities", "YCbCrCoefficients",
      "ReferenceBlackWhite", "NativeDigest",
    ],
    "http://ns.adobe.com/exif/1.0/": [
      "ColorSpace", "Gamma", "PixelXDimension", "PixelYDimension", "MakerNote", "RelatedSoundFile",
      "SubjectArea", "SubjectLocation", "ComponentsConfiguration", "CompressedBitsPerPixel",
      "NativeDigest",
    ],
    "http://cipa.jp/exif/1.0/": ["Gamma"],
    "http://ns.adobe.com/exif/1.0/aux/": [],
  ]
}

private func string(_ characters: UnsafePointer<xmlChar>?) -> String {
  characters.map { String(cString: $0) } ?? ""
}

extension UnsafeMutablePointer<xmlNs>? {
  /// The vocabulary that a namespace stands for.
  fileprivate var uri: String { string(self?.pointee.href) }
}
