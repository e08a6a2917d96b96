import ImpastoImaging
import ImpastoTraining

/// The files that the plan of a doodle names, read and checked.
struct DoodleInputs {
  /// The regions of the map.
  let maps: DoodleMaps
  /// The paintings with their maps.
  let paintings: [MappedPainting]
  /// The photo, or the map itself, at the size that the picture gets.
  let seen: OptimizedPhoto
  /// The photo at that size; nil without one.
  let photo: Image?
  /// The warnings about the files.
  let warnings: [String]

  /// - Throws: ``SessionError``, or the error of a module below.
  init(_ plan: DoodlePlan) throws {
    var remarks: [String] = []
    func onWarning(_ remark: String) { remarks.append(remark) }
    let inputs = plan.paintings.flatMap { [$0.painting, $0.map] }
    try plan.output.check(besides: [plan.map] + inputs + [plan.photo].compactMap(\.self))
    let map = try Image(contentsOf: plan.map, onWarning: onWarning)
    paintings = try plan.paintings.map { files in
      let painting = try Image(contentsOf: files.painting, onWarning: onWarning)
      try painting.check(files.painting)
      let map = try Image(contentsOf: files.map, onWarning: onWarning)
      try map.checkShape(files.map, like: painting, files.painting)
      return MappedPainting(painting, map: map, mapName: files.map)
    }
    seen = try OptimizedPhoto(
      plan.photo ?? plan.map, size: plan.size,
      copiesMetadata: plan.output.copiesMetadata && plan.photo != nil, onWarning: onWarning)
    if let photo = plan.photo { try map.checkShape(plan.map, like: seen.picture, photo) }
    photo = plan.photo == nil ? nil : seen.picture
    maps = try DoodleMaps(map, named: plan.map, paintings: paintings)
    warnings = remarks
  }

  /// The notices about what the result does not get, and what of the maps is not used.
  var notices: [String] { seen.notices + maps.notices }
}

extension Image {
  /// Refuses a map that has not the shape of the picture, called `name`, to which it belongs.
  fileprivate func checkShape(
    _ path: String, like picture: Image, _ name: String
  ) throws(SessionError) {
    guard hasLikeShape((width, height), (picture.width, picture.height)) else {
      throw .otherShape(
        path, width: width, height: height, of: name, otherWidth: picture.width,
        otherHeight: picture.height)
    }
  }
}
