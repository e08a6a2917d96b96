import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Testing

/// Pictures against those of the network on a tape, which is compared with PyTorch.
@Suite struct TapeTests {
  /// A picture as the tape computes it, in 0…1, with what exceeds the photo.
  private func picture(
    of photo: Image, _ mixture: StyleMixture, _ model: StyleModel, on backend: any ComputeBackend
  ) throws -> Tensor {
    let batch = PhotoBatch(
      levels: photo.pixels, shape: [1, photo.height, photo.width, 3], scalarType: .float32,
      kernels: backend.kernels)
    precondition(model.network.architecture.input == .centered)
    let tape = Tape(backend: backend, isRecording: false)
    let rows = model.bank.rows(
      weights: [try model.weights(of: mixture)], statistics: batch.statistics,
      scale: tape.constant(model.bank.scale), shift: tape.constant(model.bank.shift))
    return model.network.stylized(
      tape.constant(batch.input), rows: rows,
      variables: model.network.variables(on: tape, areTrainable: false)
    ).value
  }

  /// Of one part and of several, some that layers halve to odd extents.
  @Test(
    arguments: [(16, 16), (18, 33), (37, 26), (101, 31), (299, 22)], ["a", "a:1,b:2,photo:1"])
  func `a picture is the tape's to a level`(size: (Int, Int), _ mixture: String) throws {
    let photo = Photo.varied(width: size.1, height: size.0)
    let mixture = try StyleMixture(parsing: mixture)
    let plain = [[4, 6, 8], [32, 32, 64]].map { widths in
      ("\(widths)", RandomModel.make(["a", "b", StyleBank.photoName], widths: widths))
    }
    for (name, model) in plain + DescribedModels.all {
      for backend in [OneDNNBackend(), OpenBLASBackend()] as [any ComputeBackend] {
        let picture = try Stylizer(model: model, backend: backend, scalarType: .float32)
          .stylize(photo, with: mixture)
        let expected = try self.picture(of: photo, mixture, model, on: backend)
        let (scalars, stride) = (expected.scalars, 3 * expected.shape.width)
        let largest = picture.pixels.enumerated().map { index, level in
          let (row, place) = (index / (3 * photo.width), index % (3 * photo.width))
          // What exceeds white and black is cut off.
          return abs(Float(level) - min(max(255 * scalars[row * stride + place], 0), 255))
        }.max()
        #expect(try #require(largest) <= 1, "\(backend.name), \(name)")
      }
    }
  }
}
