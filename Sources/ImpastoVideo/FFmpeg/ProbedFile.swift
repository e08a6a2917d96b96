import Foundation

/// The part of ffprobe's JSON that is used, in its own names.
struct ProbedFile: Decodable {
  struct Stream: Decodable {
    struct Disposition: Decodable {
      var attachedPic: Int?
    }
    struct SideData: Decodable {
      var rotation: Double?
    }

    var index: Int
    var codecType, codecName, pixFmt, fieldOrder: String?
    var width, height: Int?
    var timeBase, avgFrameRate, rFrameRate, nbFrames, startTime, duration: String?
    var colorSpace, colorPrimaries, colorTransfer, colorRange: String?
    var disposition: Disposition?
    var sideDataList: [SideData]?
    var tags: [String: String]?

    /// The angle by which the pictures are turned, in whole degrees.
    var rotation: Int {
      let angle =
        sideDataList?.lazy.compactMap(\.rotation).first ?? tags?["rotate"].flatMap(Double.init)
      return angle.flatMap { Int(exactly: $0.rounded()) } ?? 0
    }
  }

  struct Format: Decodable {
    var startTime, duration: String?
  }

  var streams: [Stream]?
  var format: Format?

  /// Reads the JSON; nil where it is none, or not ffprobe's.
  init?(_ json: [UInt8]) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let file = try? decoder.decode(ProbedFile.self, from: Data(json)) else { return nil }
    self = file
  }
}
