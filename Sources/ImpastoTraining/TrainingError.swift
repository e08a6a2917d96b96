public import Foundation
public import ImpastoCluster
public import ImpastoFiles
public import ImpastoImaging
public import ImpastoNetworks

/// A reason why training, measuring or an optimisation cannot begin or go on.
public enum TrainingError: Error, Equatable, Sendable {
  /// The folder of photos, the value, is missing or is no folder.
  case noFolder(String)
  /// The folder of photos holds no photo, and neither do its subfolders.
  case noPhotos(folder: String)
  /// Not one photo of the folder can be read; `reason` is that of the first one tried.
  case noReadablePhotos(folder: String, reason: String)
  /// A photo, or the folder of photos, cannot be read.
  case photo(ImageError)
  /// A file of the run could not be read or written.
  case file(FileError)
  /// A line of the log of losses at the path is not valid; lines are counted from 1.
  case damagedLog(String, line: Int)
  /// A run has no style to learn.
  case noStyles
  /// The network has no layer that a style could change.
  case noConditionalLayer
  /// A teacher does not know the styles of these names.
  case untaught([String])
  /// The thumbnail of a painting cannot be made.
  case painting(ImageError)
  /// A setting, by its name and value, is out of range; `expected` says what is allowed.
  case badSetting(String, String, expected: String)
  /// A loss or gradient of a step is not finite; style and photo are those that it comes from.
  case diverged(step: Int, style: String, photo: String)
  /// A loss or gradient of a step of a network that enlarges is not finite.
  case enlargingDiverged(step: Int)
  /// An optimisation has no painting to take a style from.
  case noPaintings
  /// A picture, called by its name, has fewer than `least` pixels on a side and cannot be compared.
  case pictureTooSmall(String, width: Int, height: Int, minimum: Int)
  /// The loss of a picture that is optimised is not finite after an iteration, counted from 1; 0 for
  /// that of the picture to begin with.
  case pixelsDiverged(iteration: Int)
  /// Nothing in the photo changes what the layers or channels, the value, respond.
  case noResponse(String)
  /// A map, called by its name, has a colour that no map of a painting has, in so many plain pixels.
  case unknownMapColor(String, color: MapColor, pixels: Int, known: [MapColor])
  /// A map, called by its name, has so many colours that it is a picture rather than a map.
  case notAMap(String, colors: Int)
  /// The model that a run begins or goes on with cannot be used.
  case model(StyleModelError)
  /// The state of a run at the path cannot be used, for the reason given.
  case badState(String, reason: String)
  /// The ranks of a job cannot work together.
  case ranks(ClusterError)
  /// A rank, called by its number and machine, has trained another network than rank 0 in as many steps.
  case ranksDiverged(String, step: Int)
}

extension TrainingError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .noFolder(let folder):
      "\(folder): no such folder; name a folder of photos (\(ImageFormat.readTitles))"
    case .noPhotos(let folder):
      "\(folder): no photo in this folder or below it; "
        + "put \(ImageFormat.readTitles) files there"
    case .noReadablePhotos(let folder, let reason):
      "\(folder): not one of its photos can be read; the first: \(reason)"
    case .photo(let error):
      error.description
    case .file(let error):
      error.description
    case .damagedLog(let path, let line):
      "\(path): line \(line) is not the losses of a step; mend it, or move the file away"
    case .noStyles:
      "no style to train; name a folder with paintings"
    case .noConditionalLayer:
      "no layer of the network has the normalization “conditional”, so that it can paint in one way "
        + "only; take a network that has one"
    case .untaught(let names):
      "the teacher has no style \(names.joined(separator: ", ")); leave out what it does not know, or "
        + "train without it"
    case .painting(let error):
      error.description
    case .badSetting(let name, let value, let expected):
      "\(name) \(value): \(expected) is expected"
    case .diverged(let step, let style, let photo):
      "training diverged at step \(step) (style \(style), photo \(photo)); take a lower learning "
        + "rate, and go on from the last checkpoint or, where none was saved, begin anew"
    case .enlargingDiverged(let step):
      "training diverged at step \(step); take a lower learning rate, and begin anew"
    case .noPaintings:
      "no painting to take the style from; name one"
    case .pictureTooSmall(let name, let width, let height, let least):
      "\(name) has \(width)×\(height) pixels, and \(least)×\(least) is the least; use a larger one"
    case .pixelsDiverged(0):
      "the losses of the picture to begin with are not finite; try smaller weights"
    case .pixelsDiverged(let iteration):
      "the loss is not finite after iteration \(iteration); try smaller weights or a lower "
        + "learning rate"
    case .noResponse(let targets):
      "\(targets): responds nowhere in this photo, so that nothing can be raised; choose other "
        + "layers or channels, or a larger photo"
    case .unknownMapColor(let map, let color, let pixels, let known):
      "\(map): \(pixels) pixels are \(color), and no map of a painting has this colour; take one of "
        + "\(known.map(\.description).joined(separator: ", ")), or give a part of a painting this one"
    case .notAMap(let map, let colors):
      "\(map): has \(colors) colours, and \(DoodleMaps.maximumColors) are the most; a map has a plain "
        + "colour for each region"
    case .model(let error):
      error.description
    case .ranks(let error):
      error.description
    case .ranksDiverged(let rank, let step):
      "\(rank): after step \(step) its network is not that of rank 0, so that one of the two machines "
        + "computes wrongly; leave it out, and go on from the last checkpoint"
    case .badState(let path, let reason):
      "\(path): not the state of this run: \(reason); start anew, or go on as it was begun"
    }
  }

  public var errorDescription: String? { description }
}
