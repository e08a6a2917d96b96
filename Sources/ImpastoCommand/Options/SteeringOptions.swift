import ArgumentParser
import ImpastoNetworks
import ImpastoSessions

/// The options of the way in which a style is applied to a photo.
struct SteeringOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Strength of the style, from 0 (the photo) to 1.", valueName: "share"))
  var strength: Float = 1

  @Option(
    name: .customLong("region"),
    help: ArgumentHelp(
      "A style or blend for the white part of a mask; may be repeated.",
      discussion: """
        The mask is a picture of any size, stretched to the photo. Its edges are softened; \
        where masks overlap, their styles blend.
        """, valueName: "mask=style"))
  var regions: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Size of the strokes, 0.02 to 4 times that in the painting.", valueName: "factor"))
  var strokeSize: Double = 1

  @Flag(help: "Keep the colours of the photo, and paint light and shade only.")
  var keepColors = false

  func validate() throws {
    try SessionError.asMistake { () throws(SessionError) in
      try SessionError.check("strength", strength, StyleMixture.strengths)
      try PaintingSettings.check(strokeSize: strokeSize)
    }
  }
}
