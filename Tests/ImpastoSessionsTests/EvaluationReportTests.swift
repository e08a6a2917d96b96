import Foundation
import ImpastoImaging
import ImpastoSessions
import ImpastoTraining
import Testing

struct EvaluationReportTests {
  private func losses(_ content: Float, _ style: Float) -> RelativeLosses {
    RelativeLosses(content: content, style: style)
  }

  private func evaluation(iterations: Int? = nil, other: String? = nil) -> Evaluation {
    var styles = ["great-wave", "poppies"].map(StyleEvaluation.init)
    let measures = PictureMeasures(
      Image(width: 64, height: 64, pixels: [UInt8](repeating: 90, count: 64 * 64 * 3)))
    for (style, offset) in [(0, Float(0)), (1, 1)] {
      for photo in ["<a>.png", "b.png"] {
        let isFirst = photo == "<a>.png"
        styles[style].append(
          .init(
            photo: photo, network: losses((isFirst ? 1 : 2) + offset, 0.05),
            plain: losses(0, 0.5), other: style == 0 ? losses(3, 0.1) : nil),
          measures: measures)
      }
    }
    var evaluation = Evaluation(
      model: "models/<m>.safetensors", content: "photos", photoSize: 256, styleSize: 384,
      precision: "f32", other: other, iterations: iterations, styles: styles,
      unmeasured: [UnmeasuredStyle(name: "no-painting", reason: "none & nowhere")])
    evaluation.photoMeasures = [measures, measures]
    return evaluation
  }

  private func descended() -> Evaluation {
    var evaluation = evaluation(iterations: 30)
    // The first style's network has a total of 2 on b.png's sibling, the only photo optimised.
    let fall: [Float] = [10, 6, 4, 3, 1] + [Float](repeating: 0.5, count: 26)
    evaluation.styles[0].descents = [
      Descent(photo: "<a>.png", start: .photo, totals: fall),
      Descent(photo: "<a>.png", start: .noise, totals: [100] + fall),
    ]
    evaluation.styles[1].descents = [
      Descent(photo: "<a>.png", start: .photo, totals: [10, 9, 8]),
      Descent(photo: "<a>.png", start: .noise, totals: [100, 50, 25]),
    ]
    return evaluation
  }

  @Test func `tables hold the styles and their means`() {
    let table = EvaluationTable.losses(of: evaluation(other: "old.safetensors"))
    #expect(table.header == ["style", "C", "S", "C+20S", "photo", "against"])
    #expect(table.rows.map(\.name) == ["great-wave", "poppies", "mean"])
    #expect(table.rows[0].cells.map(\.text) == ["1.500", "0.0500", "2.500", "10.00", "5.000"])
    #expect(table.rows[1].cells.map(\.text) == ["2.500", "0.0500", "3.500", "10.00", "–"])
    #expect(table.rows[2].cells.map(\.text) == ["2.000", "0.0500", "3.000", "10.00", "5.000"])
  }

  private func large() -> Evaluation {
    var evaluation = Evaluation(
      model: "m.safetensors", content: "photos", photoSize: 256, styleSize: 384, precision: "f32",
      sizes: [512, 1024], movesPhotos: true, styles: evaluation().styles)
    // S of the small picture is 0.05.
    evaluation.styles[0].sizes = [
      SizeMeasures(photo: "b.png", size: 512, style: 0.1, edges: 0.5),
      SizeMeasures(photo: "b.png", size: 1024, style: 0.2, edges: 0.8),
    ]
    evaluation.styles[1].sizes = [
      SizeMeasures(photo: "b.png", size: 512, style: 0.05, edges: 0.7)
    ]
    evaluation.styles[0].shifts = [
      ShiftMeasures(photo: "b.png", differences: [1, 2, 3]),
      ShiftMeasures(photo: "<a>.png", differences: [3, 4, 14]),
    ]
    evaluation.photoRowPSNR = [26, 28]
    return evaluation
  }

  @Test func `large pictures and moved photos have tables, with marks beyond the limits`() throws {
    #expect(EvaluationTable.sizes(of: evaluation()) == nil)
    #expect(EvaluationTable.shifts(of: evaluation()) == nil)
    let sizes = try #require(EvaluationTable.sizes(of: large()))
    #expect(sizes.header == ["style", "whole 512", "edges 512", "whole 1024", "edges 1024"])
    #expect(sizes.rows.map(\.name) == ["great-wave", "poppies", "mean", "limit"])
    #expect(sizes.rows[0].cells.map(\.text) == ["2.00", "0.50", "4.00", "0.80"])
    #expect(sizes.rows[0].cells.map(\.isFlagged) == [false, true, true, false])
    #expect(sizes.rows[1].cells.map(\.text) == ["1.00", "0.70", "–", "–"])
    #expect(sizes.rows[2].cells.map(\.text) == ["1.50", "0.60", "4.00", "0.80"])
    #expect(sizes.rows[3].cells.map(\.text) == ["3.00", "0.60", "3.00", "0.60"])
    let shifts = try #require(EvaluationTable.shifts(of: large()))
    #expect(shifts.header == ["style", "shift 1", "shift 2", "shift 3"])
    #expect(shifts.rows[0].cells.map(\.text) == ["2.0", "3.0", "8.5"])
    #expect(shifts.rows[0].cells.map(\.isFlagged) == [false, false, true])
    #expect(shifts.rows[1].cells.map(\.text) == ["–", "–", "–"])
    #expect(shifts.rows[2].cells.map(\.text) == ["2.0", "3.0", "8.5"])
    #expect(shifts.rows[3].cells.map(\.text) == ["8.0", "8.0", "8.0"])
  }

  @Test func `the page has large pictures, moving photos and the row photo where measured`() {
    let page = EvaluationReport(title: "m", evaluation: large(), galleries: []).html()
    for text in ["<h2>Large pictures</h2>", "<h2>Moving photos</h2>", " · row photo 27.0 dB"] {
      #expect(page.contains(text), "\(text)")
    }
    let plain = EvaluationReport(title: "m", evaluation: evaluation(), galleries: []).html()
    for text in ["Large pictures", "Moving photos", "row photo"] {
      #expect(!plain.contains(text), "\(text)")
    }
  }

  @Test func `equivalent iterations count on the optimised photos alone`() {
    let evaluation = descended()
    // Totals of the network on the first photo are 2 and 3.
    #expect(evaluation.styles[0].networkTotal(onPhotosOptimizedFrom: .photo) == 2)
    #expect(evaluation.styles[0].equivalentIterations(from: .photo)?.description == "3.5")
    #expect(evaluation.styles[0].equivalentIterations(from: .noise)?.description == "4.5")
    #expect(evaluation.styles[1].equivalentIterations(from: .noise)?.description == ">2")
    #expect(evaluation.equivalentIterations(from: .noise)?.description == ">3.3")
  }

  @Test func `what is compared with optimised pixels is measured on the same photos`() throws {
    #expect(EvaluationTable.descents(of: evaluation()) == nil)
    let table = try #require(EvaluationTable.descents(of: descended()))
    #expect(
      table.header == ["style", "network", "opt 25", "opt 30", "÷ opt", "≈ noise", "≈ photo"])
    #expect(
      table.rows[0].cells.map(\.text) == ["2.000", "0.500", "0.500", "4.00", "4.5", "3.5"])
    // A descent that has ended early stays where it ended.
    #expect(table.rows[1].cells.map(\.text) == ["3.000", "8.000", "8.000", "0.38", ">2", ">2"])
    #expect(table.rows[2].name == "mean")
    #expect(table.rows[2].cells.map(\.text) == ["2.500", "4.250", "4.250", "0.59", ">3.3", ">2.8"])
    let unfinished = EvaluationTable.descents(of: evaluation(iterations: 30))
    #expect(unfinished?.rows[0].cells.map(\.text) == ["–", "–", "–", "–", "–", "–"])
  }

  @Test(arguments: [
    ([Float(10), 6, 4], Float(5), "1.5"), ([10, 6, 4], 4, "2.0"), ([10, 6, 4], 12, "0.0"),
    ([10, 6, 4], 3.9, ">2"), ([10], 1, ">0"), ([8, 9, 2], 5.5, "1.5"),
  ])
  func `iterations are counted to where the total is reached first`(
    _ totals: [Float], _ goal: Float, _ text: String
  ) {
    #expect(EquivalentIterations(of: totals, reaching: goal).description == text)
  }

  @Test func `the page refers to nothing outside itself and names cannot become markup`() {
    let evaluation = descended()
    var gallery = EvaluationReport.Gallery(
      style: "great-wave", title: "A \"title\" & more",
      painting: .init(caption: "the painting", jpeg: Data([1, 2, 3])))
    gallery.rows = [[.init(caption: "<a>.png", jpeg: Data([4, 5, 6]))]]
    let html = EvaluationReport(
      title: "<m>.safetensors", evaluation: evaluation, galleries: [gallery]
    ).html()
    #expect(!html.contains("http") && !html.contains("url(") && !html.contains("href"))
    #expect(html.contains("<title>&lt;m&gt;.safetensors</title>"))
    #expect(!html.contains("<a>") && !html.contains("<m>"))
    #expect(html.contains("A &quot;title&quot; &amp; more"))
    #expect(html.contains("<th>no-painting</th><td>none &amp; nowhere</td>"))
    #expect(html.matches(of: /src="data:image\/jpeg;base64,/).count == 2)
    #expect(html.matches(of: /<polyline/).count == 3)
    #expect(html.contains("<p>Stopped before all was measured.</p>"))
    #expect(html.contains("worth &gt;3.3 iterations from noise and &gt;2.8 from the photo"))
  }

  @Test func `numbers above their limits are marked on the page`() {
    var evaluation = evaluation()
    evaluation.isFinished = true
    evaluation.styles[1].unevenness = 12
    let html = EvaluationReport(title: "m", evaluation: evaluation, galleries: []).html()
    #expect(html.matches(of: /<td class="flagged">/).count == 1)
    #expect(html.contains("<td class=\"flagged\">12.0</td>"))
    #expect(!html.contains("Stopped before"))
  }
}
