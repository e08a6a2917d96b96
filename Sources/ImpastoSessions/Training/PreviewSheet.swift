import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// Paints the contact sheets of a training run.
struct PreviewSheet {
  /// The maximum number of photos on a sheet.
  static let photoCount = 4

  private let photos: [Image]
  private let paintings: [Image]
  private let styles: [String]
  private let backend: any ComputeBackend
  private let scalarType: ScalarType
  /// The reasons why photos before those shown are not among them.
  let skipped: [String]
  /// Warnings about the photos.
  let warnings: [String]

  /// Reads the first readable of `photos` and scales them to `size`.
  init(
    photos: ImageDataset, paintings: [Image], styles: [String], size: Int,
    backend: any ComputeBackend, scalarType: ScalarType
  ) {
    var (readable, skipped, warnings): ([Image], [String], [String]) = ([], [], [])
    for index in 0..<photos.count where readable.count < Self.photoCount {
      do throws(TrainingError) {
        let photo = try photos.photo(at: index) { warnings.append($0) }.scaled(longerSide: size)
        // A panorama may get too narrow to be stylised.
        if min(photo.width, photo.height) >= TransformArchitecture.minimumExtent {
          readable.append(photo)
        } else {
          skipped.append("\(photos.path(at: index)): too narrow")
        }
      } catch {
        skipped.append(error.description)
      }
    }
    (self.skipped, self.warnings) = (skipped, warnings)
    self.photos = readable
    self.paintings = paintings.map { $0.scaled(longerSide: 192) }
    self.styles = styles
    self.backend = backend
    self.scalarType = scalarType
  }

  /// The photos in every style of `model`.
  func image(of model: StyleModel) throws -> Image {
    let stylizer = Stylizer(model: model, backend: backend, scalarType: scalarType)
    let stylised = try photos.map { photo in
      try styles.map { try stylizer.stylize(photo, with: StyleMixture($0)) }
    }
    return ContactSheet.image(photos: photos, stylised: stylised, paintings: paintings)
  }
}
