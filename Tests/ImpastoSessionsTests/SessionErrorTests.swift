import Foundation
import ImpastoSessions
import ImpastoTraining
import Testing

struct SessionErrorTests {
  @Test(arguments: [
    (
      SessionError.noModel,
      """
      no checkpoint: Checkpoints/impasto.safetensors is neither in the working folder, nor beside \
      the executable, nor above these; name one, or set $IMPASTO_MODEL
      """
    ),
    (
      .outputExists("a.png"), "a.png: exists already; remove it or name another output"
    ),
    (
      .noImages(folder: "photos", hasFolders: true),
      "photos: no picture that can be read in this folder; search the folders in it"
    ),
    (
      .tooNarrow(
        "a.png", width: 400, height: 20, scaledWidth: 100, scaledHeight: 5, size: 100),
      """
      a.png: 400×20 pixels scaled by size 100 are 100×5, and 16×16 is the least; choose size 320 or \
      larger
      """
    ),
    (
      .batchTooLarge(
        setting: "schedule", TrainingStage(imageSize: 256, steps: 9, batchSize: 64),
        needed: 12_345_600_000, free: 8_000_000_000, maximum: 41),
      """
      schedule: a step of 64 photos at 256² takes about 12345 MB of memory, and 8000 MB are free; \
      take 41 photos a step or fewer
      """
    ),
    (
      .batchTooLarge(
        setting: "batch-size", TrainingStage(imageSize: 4096, steps: 9, batchSize: 1),
        needed: 12_345_600_000, free: 8_000_000_000, maximum: 0),
      """
      batch size: a step of 1 photo at 4096² takes about 12345 MB of memory, and 8000 MB are free; \
      take smaller squares
      """
    ),
    (
      .outOfRange(setting: "stroke-size", value: "5.0", expected: "a number from 0.02 to 4"),
      "stroke size 5.0: expected a number from 0.02 to 4"
    ),
    (
      .damagedListing("styles.json", reason: "it is not JSON"),
      """
      styles.json: not a list of styles (it is not JSON); expected {"styles": [{"name": …, \
      "title": …}]}
      """
    ),
    (
      .otherGoal(addsRows: true), "this run adds styles to a network; go on by adding them"
    ),
    (
      .otherGoal(addsRows: false), "this run trains a whole network; go on by training it"
    ),
    (
      .runExists("m.training"),
      "m.training: holds an earlier run; go on with it, remove it, or name another output"
    ),
    (
      .disagrees(setting: "style-size", value: "64", begun: "32"),
      """
      style size 64: this run began with 32, which resume keeps; leave style size out, or begin a \
      new run under another output
      """
    ),
  ])
  func `an error has no option in its text`(error: SessionError, text: String) {
    #expect(error.description == text)
    #expect(error.localizedDescription == text)
  }

  @Test func `a program puts its own names of settings in`() {
    let error = SessionError.disagrees(setting: "style-size", value: "64", begun: "32")
    #expect(
      error.text { "“\($0.replacing("-", with: "_"))”" } == """
        “style_size” 64: this run began with 32, which “resume” keeps; leave “style_size” out, or \
        begin a new run under another “output”
        """)
  }
}
