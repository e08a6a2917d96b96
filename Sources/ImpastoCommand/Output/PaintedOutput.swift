import ImpastoCompute

/// The description of a stylised picture, as `--json` tells it.
struct PaintedOutput: Codable, Sendable {
  var input, output: String
  var width, height: Int
  var mixture: [String: Float]
  var regions: [Region]
  var strength: Float
  var strokeSize: Double
  var keepColors: Bool
  /// Left out where the photo is opaque.
  var transparency: Transparency?
  var precision, backend: String
  var arithmetic: Arithmetic
  /// Without writing, but with decoding a photo that is read in bands while it is painted.
  var computeSeconds: Double
  var totalSeconds: Double

  struct Region: Codable, Sendable {
    var mask: String
    var mixture: [String: Float]
  }
}
