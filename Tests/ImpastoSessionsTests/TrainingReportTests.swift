import Foundation
import ImpastoSessions
import ImpastoTraining
import TestSupport
import Testing

struct TrainingReportTests {
  private func report(
    records: [TrainingLog.Record] = [], sheets: [TrainingReport.Sheet] = [],
    skipped: [SkippedPhoto] = []
  ) -> TrainingReport {
    TrainingReport(
      title: "a <b> & c", settings: [("batch size", "4")],
      styles: [("great-wave", "Under the Wave"), ("unseen", "Never Drawn")], records: records,
      sheets: sheets, skipped: skipped)
  }

  @Test func `a report without a step says so`() {
    let html = report().html()
    #expect(html.contains("<p>No step has been done yet.</p>"))
    #expect(!html.contains("<svg"))
  }

  @Test func `names from outside cannot become markup`() {
    let html = report(skipped: [SkippedPhoto(name: "<script>.png", reason: "\"&\"")]).html()
    #expect(html.contains("<title>a &lt;b&gt; &amp; c</title>"))
    #expect(html.contains("<th>&lt;script&gt;.png</th><td>&quot;&amp;&quot;</td>"))
    #expect(!html.contains("<script"))
  }

  @Test func `the page refers to nothing outside itself`() {
    let html = report(
      records: (1...50).map { .sample(step: $0) },
      sheets: [.init(step: 50, jpeg: Data([1, 2, 3]))]
    ).html()
    #expect(!html.contains("http") && !html.contains("url(") && !html.contains("href"))
    #expect(html.matches(of: /src="/).count == 1)
    #expect(html.contains("src=\"data:image/jpeg;base64,AQID\""))
  }

  @Test func `there is a curve for each loss, layer and style that was seen`() {
    let html = report(records: (1...50).map { .sample(step: $0) }).html()
    for name in ["total", "content", "style", "total variation", "relu1_1", "great-wave"] {
      #expect(html.contains("<title>\(name)</title></polyline>"), "\(name)")
    }
    // No photo was given the row that returns it.
    #expect(!html.contains("<title>photo</title>"))
    #expect(!html.contains("Never Drawn"))
  }

  @Test func `equal ratios of losses are equal heights`() throws {
    let records = (0..<4).map {
      TrainingLog.Record.sample(step: $0 + 1, total: [0.1, 1, 10, 100][$0])
    }
    let html = report(records: records).html()
    let line = try #require(
      html.firstMatch(of: /<polyline class="line0" points="([^"]*)"><title>total/))
    let heights = try line.1.split(separator: " ").map { point in
      try #require(Double(point.split(separator: ",")[1]))
    }
    let steps = zip(heights, heights.dropFirst()).map { $0 - $1 }
    #expect(heights.count == 4 && steps.allSatisfy { abs($0 - steps[0]) < 0.2 && $0 > 0 })
  }

  @Test func `a long run is averaged to few points and keeps its mean`() throws {
    let records = (1...3200).map { TrainingLog.Record.sample(step: $0, total: $0 % 2 == 0 ? 9 : 1) }
    let html = report(records: records).html()
    let line = try #require(
      html.firstMatch(of: /<polyline class="line0" points="([^"]*)"><title>total/))
    let points = line.1.split(separator: " ")
    #expect(points.count == 200)
    #expect(Set(points.map { $0.split(separator: ",")[1] }).count == 1)
    #expect(html.contains("3200 steps · 2 styles · loss 5.000 and 4.5 images/s"))
  }

  @Test func `the newest sheet comes first and the others below`() throws {
    let html = report(
      sheets: [.init(step: 5, jpeg: Data([5])), .init(step: 10, jpeg: Data([10]))]
    ).html()
    let newest = try #require(html.range(of: "<h2>After 10 steps</h2>"))
    let older = try #require(html.range(of: "<summary>After 5 steps</summary>"))
    #expect(newest.lowerBound < older.lowerBound)
  }

  @Test func `settings and skipped photos are listed`() {
    let html = report(skipped: [SkippedPhoto(name: "a.png", reason: "empty")]).html()
    #expect(html.contains("<tr><th>batch size</th><td>4</td></tr>"))
    #expect(html.contains("<h2>Photos that could not be read (1)</h2>"))
  }
}
