import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoTraining
import TestSupport

extension TemporaryFolder {
  /// Writes a picture whose levels are a function of the place.
  func makePicture(_ name: String, width: Int, height: Int, seed: Int = 1) throws {
    try FileManager.default.createDirectory(
      atPath: (file(name) as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true)
    let pixels = (0..<width * height * 3).map { UInt8(($0 * (seed + 6) ^ ($0 / width)) & 255) }
    try Image(width: width, height: height, pixels: pixels).write(to: file(name))
  }

  /// Writes a small untrained checkpoint with the styles `dots` and `waves`, which differ.
  func makeModel(_ name: String) throws {
    let architecture = TransformArchitecture(widths: [4, 6, 8], residualBlocks: 1)
    var model = StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 3),
      bank: StyleBank(names: [StyleBank.photoName, "plain"], architecture: architecture),
      styles: [StyleDescription(name: "plain")])
    for (number, name) in ["dots", "waves"].enumerated() {
      let row = (0..<architecture.styleLength).map { sin(Float((number + 1) * $0)) }
      model = try model.adding(
        Style(
          description: StyleDescription(name: name), scale: row.map { 1 + $0 / 2 },
          shift: row.map { $0 / 3 }))
    }
    try model.removing("plain").write(to: file(name))
  }

  /// Makes two paintings in `styles` and nine photos in `photos`.
  func makePaintingsAndPhotos() throws {
    for name in ["dots", "waves"] {
      try makePicture("styles/\(name).png", width: 70, height: 64, seed: name.count)
    }
    for index in 0..<9 {
      try makePicture("photos/\(index).png", width: 60 + index, height: 66, seed: index)
    }
  }

  /// The plan of a run of four small steps that trains a network.
  func plan(
    _ output: String, resumes: Bool = false,
    settings: TrainingSettings = TrainingSettings(
      steps: 4, batchSize: 2, imageSize: 32, styleSize: 32, seed: 2)
  ) throws -> TrainingPlan {
    TrainingPlan(
      goal: .network(
        from: nil, architecture: TransformArchitecture(widths: [4, 4, 4], residualBlocks: 1)),
      output: file(output), sources: try StyleFolder(file("styles")).sources(),
      paintings: file("styles"), photos: .init(content: file("photos")),
      settings: { $0 ?? settings }, compute: ComputeSettings(precision: .f32, threads: 1),
      resumes: resumes)
  }
}
