import ImpastoFiles
import ImpastoImaging

/// The file that an optimisation writes its picture to, and what goes with it.
public struct ResultFile: Sendable {
  /// The file: .png, .jpg or .webp.
  public var path: String
  /// The quality of a JPEG or WebP file, 1 to 100.
  public var quality: Int
  /// Indicates whether date, place, camera and author are copied from the photo's file.
  public var copiesMetadata: Bool
  /// The iterations between two pictures of the progress; nil for none.
  public var progressInterval: Int?

  /// Creates an output.
  public init(
    _ path: String, quality: Int = 95, copiesMetadata: Bool = true, progressInterval: Int? = nil
  ) {
    (self.path, self.quality) = (path, quality)
    (self.copiesMetadata, self.progressInterval) = (copiesMetadata, progressInterval)
  }

  /// Refuses a file that would replace one of `inputs`, or that cannot be made.
  func check(besides inputs: [String]) throws(SessionError) {
    for input in inputs where FilePlace(path) == FilePlace(input) {
      throw .outputIsInput(path, input: input, setting: "output")
    }
    try Folder.checkWritable(path)
    if progressInterval != nil { try ProgressFrames.check(path) }
  }
}
