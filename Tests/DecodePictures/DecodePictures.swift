import Foundation
import ImpastoImaging

/// Decodes pictures for `Scripts/check-decoders`, which compares them with what Pillow reads.
///
/// Each argument is a picture; a file of its name and `.raw` gets its width, height and channels as
/// a line of text, then its rows. A picture that cannot be read gets the error instead.
@main
enum DecodePictures {
  static func main() throws {
    for path in CommandLine.arguments.dropFirst() {
      let output = URL(fileURLWithPath: path + ".raw")
      do throws(ImageError) {
        let reader = try ImageReader(contentsOf: path, keepingAlpha: true)
        let size = reader.width * reader.height * reader.channels
        let rows = try [UInt8](unsafeUninitializedCapacity: size) {
          rows, count throws(ImageError) in
          try reader.read(into: UnsafeMutableBufferPointer(rebasing: rows[..<size]))
          count = size
        }
        let header = "\(reader.width) \(reader.height) \(reader.channels)\n"
        try? (Data(header.utf8) + rows).write(to: output)
      } catch {
        try? Data("error: \(error)\n".utf8).write(to: output)
      }
    }
  }
}
