public import Foundation
public import ImpastoTraining

/// A page about a training run that holds everything it shows: curves, sheets, settings.
public struct TrainingReport: Sendable {
  /// A contact sheet made during the run.
  public struct Sheet: Sendable {
    /// The number of steps done when it was made.
    public let step: Int
    /// The picture's bytes.
    public let jpeg: Data

    /// Creates a sheet.
    public init(step: Int, jpeg: Data) {
      self.step = step
      self.jpeg = jpeg
    }
  }

  /// The heading.
  public var title: String
  /// Names and values of the run's settings, in the order shown.
  public var settings: [(name: String, value: String)]
  /// The style bank's names and the paintings' titles, in the order shown.
  public var styles: [(name: String, title: String)]
  /// The steps, in order.
  public var records: [TrainingLog.Record]
  /// Contact sheets, oldest first.
  public var sheets: [Sheet]
  /// Photos that could not be read.
  public var skipped: [SkippedPhoto]

  /// Creates a report.
  public init(
    title: String, settings: [(name: String, value: String)],
    styles: [(name: String, title: String)], records: [TrainingLog.Record], sheets: [Sheet],
    skipped: [SkippedPhoto]
  ) {
    self.title = title
    self.settings = settings
    self.styles = styles
    self.records = records
    self.sheets = sheets
    self.skipped = skipped
  }

  /// Writes the page to `path`, replacing what is there only once it is complete.
  public func write(to path: String) throws(TrainingError) {
    try page.write(to: path)
  }

  /// The page as HTML without scripts or references to anything outside it.
  public func html() -> String { page.html }

  private var page: ReportPage {
    ReportPage(title: title, styleSheet: Self.styleSheet, sections: sections)
  }
}
